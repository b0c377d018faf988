package org.btrfs2s3.core.restore;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.EntryName;

/**
 * Gives what is wanted its true identity and its final name. Durable before it is visible: the
 * content, then the identities, then the names (invariant 7).
 */
final class Publication {

  private final Btrfs btrfs;
  private final Path target;
  private final Staging staging;
  private final BiConsumer<RestoreMember, BtrfsException> failures;
  private final RestoreListener listener;

  Publication(
      Btrfs btrfs,
      Path target,
      Staging staging,
      BiConsumer<RestoreMember, BtrfsException> failures,
      RestoreListener listener) {
    this.btrfs = btrfs;
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
    return identified.stream().filter(this::rename).map(ReceivedMember::member).toList();
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
    try {
      btrfs.setReceived(target, one.hidden(), identity.uuid(), identity.ctransid());
      return true;
    } catch (BtrfsException e) {
      failures.accept(one.member(), e);
      return false;
    }
  }

  private boolean sync(List<ReceivedMember> members) {
    try {
      btrfs.sync(target);
      return true;
    } catch (BtrfsException e) {
      members.forEach(one -> failures.accept(one.member(), e));
      staging.giveUpPending();
      return false;
    }
  }

  private boolean rename(ReceivedMember one) {
    try {
      btrfs.rename(target, one.hidden(), EntryName.of(one.member().finalName()));
    } catch (BtrfsException e) {
      failures.accept(one.member(), e);
      return false;
    }
    staging.remove(one);
    listener.on(new RestoreEvent.Restored(one.member()));
    return true;
  }
}
