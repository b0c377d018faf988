package org.btrfs2s3.core.update;

import java.time.ZoneId;
import java.util.List;

/**
 * What {@code update} works on.
 *
 * @param toolVersion goes into the metadata of objects
 */
public record UpdateSetup(
    ZoneId zone, List<SourceSetup> sources, List<RemoteSetup> remotes, String toolVersion) {

  public UpdateSetup {
    sources = List.copyOf(sources);
    remotes = List.copyOf(remotes);
  }
}
