package org.btrfs2s3.core.restore;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;

/**
 * Gives what is wanted its true identity and its final name. Durable before it is visible: the
 * content, then the identities, then the names (invariant 7).
 *
 * <p>A read-only subvolume cannot be moved out of its directory. So a read-only snapshot of it gets
 * the name, in one step that replaces nothing, and is durable then; it has the same identity, and
 * the same traces of an edit.
 */
final class Publication {

  private final Btrfs btrfs;
  private final Path directory;
  private final Path target;
  private final Staging staging;
  private final BiConsumer<RestoreMember, BtrfsException> failures;
  private final RestoreListener listener;

  /** What has its final name, and is not needed under its hidden one any more. */
  private final List<ReceivedMember> published = new ArrayList<>();

  /**
   * @param directory the private one
   */
  Publication(
      Btrfs btrfs,
      Path directory,
      Path target,
      Staging staging,
      BiConsumer<RestoreMember, BtrfsException> failures,
      RestoreListener listener) {
    this.btrfs = btrfs;
    this.directory = directory;
    this.target = target;
    this.staging = staging;
    this.failures = failures;
    this.listener = listener;
  }

  /**
   * Publishes what is wanted of what was received.
   *
   * @param beforeNames is run when only the names are missing, whatever fails: whoever is killed
   *     from there on finds his work done the next time
   * @return those that have their final names now
   */
  List<RestoreMember> publish(Runnable beforeNames) {
    var identified = identified();
    beforeNames.run();
    return identified.stream().filter(this::name).map(ReceivedMember::member).toList();
  }

  private List<ReceivedMember> identified() {
    var wanted = staging.all().stream().filter(one -> one.member().wanted()).toList();
    if (wanted.isEmpty() || !sync(wanted)) {
      return List.of();
    }
    var identified = wanted.stream().filter(this::identify).toList();
    return identified.isEmpty() || !sync(identified) ? List.of() : identified;
  }

  private boolean identify(ReceivedMember one) {
    var identity = one.member().backup().identity();
    int mark = HiddenName.parse(one.hidden()).orElseThrow().seal().mark();
    try {
      btrfs.setReceived(directory, one.hidden(), identity.uuid(), identity.ctransid(), mark);
      return true;
    } catch (BtrfsException e) {
      failures.accept(one.member(), e);
      return false;
    }
  }

  private boolean sync(List<ReceivedMember> members) {
    try {
      staging.sync();
      return true;
    } catch (BtrfsException e) {
      members.forEach(one -> failures.accept(one.member(), e));
      staging.giveUpPending();
      return false;
    }
  }

  private boolean name(ReceivedMember one) {
    try {
      btrfs.createSnapshot(
          directory.resolve(one.hidden().toString()),
          target,
          EntryName.of(one.member().finalName()));
    } catch (BtrfsException e) {
      failures.accept(one.member(), e);
      return false;
    }
    staging.remove(one);
    published.add(one);
    listener.on(new RestoreEvent.Restored(one.member()));
    return true;
  }

  /** Deletes what was published under its hidden name. */
  void deleteHidden() throws BtrfsException {
    for (var one : published) {
      btrfs.delete(directory, one.hidden(), btrfs.inspect(directory, one.hidden()).uuid());
    }
    published.clear();
  }
}
