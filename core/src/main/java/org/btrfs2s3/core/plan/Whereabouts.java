package org.btrfs2s3.core.plan;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where what is missing may still be, besides what is observed for every plan. Only collecting
 * depends on it: what is not known here is kept.
 *
 * @param fileSystems of the sources, by the UUID of the source
 * @param elsewhere remotes of the configuration that are not in the observation
 */
public record Whereabouts(Map<UUID, FileSystem> fileSystems, List<ObservedRemote> elsewhere) {

  /** Nobody looked. */
  public static final Whereabouts UNKNOWN = new Whereabouts(Map.of(), List.of());

  /** What subvolumes a file system has, wherever they lie in it. */
  public sealed interface FileSystem {

    /** All of them. */
    record Listed(List<Subvolume> subvolumes) implements FileSystem {

      public Listed {
        subvolumes = List.copyOf(subvolumes);
      }
    }

    /** They are not known. */
    record Unknown(String reason) implements FileSystem {}
  }

  /**
   * A subvolume.
   *
   * @param id by which {@code btrfs inspect-internal subvolid-resolve} tells its path
   * @param parent what it is a snapshot of
   * @param received the snapshot that it is a received copy of
   */
  public record Subvolume(long id, UUID uuid, @Nullable UUID parent, @Nullable UUID received) {

    boolean holds(UUID snapshot) {
      return uuid.equals(snapshot) || snapshot.equals(received);
    }
  }

  public Whereabouts {
    fileSystems = Map.copyOf(fileSystems);
    elsewhere = List.copyOf(elsewhere);
  }

  FileSystem fileSystemOf(UUID source) {
    return fileSystems.getOrDefault(source, new FileSystem.Unknown("nobody looked"));
  }
}
