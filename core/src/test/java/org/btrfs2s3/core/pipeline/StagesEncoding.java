package org.btrfs2s3.core.pipeline;

import java.util.List;

/** An encoding of any stages. */
record StagesEncoding(List<Stage> stages) implements Encoding {

  @Override
  public List<String> keySuffixes() {
    return List.of();
  }

  @Override
  public String description() {
    return "stages";
  }
}
