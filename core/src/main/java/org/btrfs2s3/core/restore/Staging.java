package org.btrfs2s3.core.restore;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.btrfs2s3.core.btrfs.Btrfs;
import org.btrfs2s3.core.btrfs.BtrfsException;
import org.btrfs2s3.core.btrfs.WriteWatch;

/**
 * What this restore has received and not published. The content of a subvolume that {@code btrfs
 * receive} has just completed is not on disk, and after a power cut may be wrong although nothing
 * shows it; so only after a sync does it get the name that the next restore believes.
 */
final class Staging {

  private final Btrfs btrfs;
  private final Path directory;
  private final WriteWatch writes;
  private final Checkpoints checkpoints;

  /** Complete, but perhaps not yet on disk. */
  private final List<ReceivedMember> pending = new ArrayList<>();

  private final List<ReceivedMember> finished = new ArrayList<>();
  private long pendingBytes;
  private long lastCheckpoint = System.nanoTime();

  /**
   * @param directory the private one
   * @param writes to it, watched since before anything was received
   */
  Staging(Btrfs btrfs, Path directory, WriteWatch writes, Checkpoints checkpoints) {
    this.btrfs = btrfs;
    this.directory = directory;
    this.writes = writes;
    this.checkpoints = checkpoints;
  }

  /** For what is received next. */
  WriteBehind writeBehind() {
    return new WriteBehind(writes::sync, checkpoints.writeBehind());
  }

  /**
   * Makes durable what was received.
   *
   * @throws BtrfsException also if a write was lost of which somebody else was told
   */
  void sync() throws BtrfsException {
    writes.sync();
  }

  /** Takes what was just received. */
  void add(ReceivedMember received, long streamBytes) {
    pending.add(received);
    pendingBytes += streamBytes;
  }

  /**
   * Takes what an earlier restore has finished. If that was about to publish it, it gets its random
   * identity back, under which its children are going to look for it.
   */
  void adopt(ReceivedMember left) throws BtrfsException {
    var info = btrfs.inspect(directory, left.hidden());
    boolean isNamedSo = HiddenName.parse(left.hidden()).orElseThrow().done();
    var named = isNamedSo ? left : renamed(left);
    finished.add(named);
    if (!left.id().equals(info.receivedUuid())) {
      identify(named);
    }
  }

  private void identify(ReceivedMember member) throws BtrfsException {
    var ctransid = member.member().backup().identity().ctransid();
    btrfs.setReceived(directory, member.hidden(), member.id(), ctransid, Seal.NO_MARK);
  }

  List<ReceivedMember> all() {
    List<ReceivedMember> all = new ArrayList<>(finished);
    all.addAll(pending);
    return all;
  }

  /**
   * Gives up what may not be on disk, because a sync failed: the kernel tells of a lost write only
   * once, so that another sync would prove nothing.
   */
  List<ReceivedMember> giveUpPending() {
    var lost = List.copyOf(pending);
    pending.clear();
    return lost;
  }

  /** It has its final name now. */
  void remove(ReceivedMember published) {
    pending.remove(published);
    finished.remove(published);
  }

  /** Makes what was received durable, and names it so, if enough has come together. */
  void checkpointIfDue() throws BtrfsException {
    long elapsed = System.nanoTime() - lastCheckpoint;
    if (pendingBytes >= checkpoints.bytes() || elapsed >= checkpoints.interval().toNanos()) {
      checkpoint(pending);
    }
  }

  /** Makes these durable, and names them so. */
  void checkpoint(Collection<ReceivedMember> chosen) throws BtrfsException {
    var due = chosen.stream().filter(pending::contains).toList();
    if (!due.isEmpty()) {
      sync();
    }
    for (var member : due) {
      // What is noted by it, and the name, are committed together.
      identify(member);
      finished.add(renamed(member));
      pending.remove(member);
    }
    pendingBytes = 0;
    lastCheckpoint = System.nanoTime();
  }

  private ReceivedMember renamed(ReceivedMember member) throws BtrfsException {
    var hidden = HiddenName.parse(member.hidden()).orElseThrow().finished();
    btrfs.rename(directory, member.hidden(), hidden.entry());
    return new ReceivedMember(member.member(), hidden.entry(), member.id());
  }

  /** Forgets all others, which are going to be deleted. */
  void retain(Collection<ReceivedMember> needed) {
    pending.retainAll(needed);
    finished.retainAll(needed);
  }

  /** The names of those that the next restore may go on with. */
  List<String> finishedNames() {
    return finished.stream().map(one -> PrivateDirectory.shown(one.hidden())).toList();
  }
}
