package org.btrfs2s3.core.btrfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.btrfs2s3.core.sendstream.SizeEstimate;
import org.btrfs2s3.policy.Ctransid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link Btrfs} does. The real one and the fake pass it. */
public abstract class BtrfsContract extends SubvolumeContract {

  /** From now on what is written to a subvolume is compressed on the disk, if anything is. */
  protected abstract void compress(Path subvolume) throws IOException;

  /** Skips the test where this machine cannot send compressed data. */
  protected abstract void requireCompressedSend();

  @Test
  void aWritableSnapshotOfAReceivedSubvolumeIsNotAReceivedOne()
      throws IOException, InterruptedException {
    snapshot(FIRST);
    Path target = newDirectory();
    receive(target, send(FIRST, null));

    btrfs().createWritableSnapshot(target.resolve("first"), target, SECOND);

    SubvolumeInfo writable = btrfs().inspect(target, SECOND);
    assertThat(writable.readOnly()).isFalse();
    assertThat(writable.receivedUuid()).isNull();
    assertThat(writable.parentUuid()).isEqualTo(btrfs().inspect(target, FIRST).uuid());
    write(target.resolve("second"), "file", bytes("two"));
    assertThat(read(target.resolve("first"), "file")).isEqualTo(bytes("one"));
    assertErrno(
        "EEXIST", () -> btrfs().createWritableSnapshot(target.resolve("first"), target, SECOND));
  }

  @Test
  void whatIsSentCanBeReceived() throws IOException, InterruptedException {
    SubvolumeInfo sent = snapshot(FIRST);
    Path target = newDirectory();

    receive(target, send(FIRST, null));

    SubvolumeInfo received = btrfs().inspect(target, FIRST);
    assertThat(received.readOnly()).isTrue();
    assertThat(received.receivedUuid()).isEqualTo(sent.uuid());
    assertThat(received.stransid()).isEqualTo(sent.ctransid());
    assertThat(received.uuid()).isNotEqualTo(sent.uuid());
    assertThat(read(target.resolve("first"), "file")).isEqualTo(bytes("one"));
  }

  @Test
  void whatIsSentAgainstAParentNeedsTheParent() throws IOException, InterruptedException {
    write(source, "big", random(300_000));
    SubvolumeInfo parent = snapshot(FIRST);
    write(source, "file", bytes("two"));
    SubvolumeInfo child = snapshot(SECOND);
    byte[] full = send(FIRST, null);
    byte[] differential = send(SECOND, FIRST);
    Path target = newDirectory();

    assertThat(differential.length).isLessThan(full.length / 2);
    receive(target, full);
    receive(target, differential);
    assertThat(read(target.resolve("second"), "file")).isEqualTo(bytes("two"));
    assertThat(read(target.resolve("second"), "big")).isEqualTo(random(300_000));
    assertThat(btrfs().inspect(target, SECOND).receivedUuid()).isEqualTo(child.uuid());

    btrfs().delete(directory, FIRST, parent.uuid());
    btrfs().delete(target, FIRST, btrfs().inspect(target, FIRST).uuid());
    Path elsewhere = newDirectory();
    assertThatThrownBy(() -> receive(elsewhere, differential)).isInstanceOf(BtrfsException.class);
    assertThat(btrfs().list(elsewhere)).isEmpty();
  }

  @Test
  void aStreamWithoutDataIsShorter() throws IOException {
    write(source, "big", random(300_000));
    snapshot(FIRST);

    assertThat(send(FIRST, null, SendMode.NO_DATA)).isNotEmpty().hasSizeLessThan(150_000);
  }

  @Test
  void compressedDataIsSentAsItIsAndReceivedAsItWas() throws IOException, InterruptedException {
    requireCompressedSend();
    compress(source);
    write(source, "text", text(500_000));
    write(source, "noise", random(200_000));
    SubvolumeInfo parent = snapshot(FIRST);
    write(source, "text", text(700_000));
    SubvolumeInfo child = snapshot(SECOND);
    Path target = newDirectory();

    byte[] full = send(FIRST, null, SendMode.COMPRESSED_DATA);
    byte[] differential = send(SECOND, FIRST, SendMode.COMPRESSED_DATA);

    assertThat(full.length).isBetween(200_000, 400_000);
    assertThat(differential.length).isLessThan(350_000);
    receive(target, full);
    receive(target, differential);
    assertThat(read(target.resolve("first"), "text")).isEqualTo(text(500_000));
    assertThat(read(target.resolve("first"), "noise")).isEqualTo(random(200_000));
    assertThat(read(target.resolve("second"), "text")).isEqualTo(text(700_000));
    assertThat(btrfs().inspect(target, FIRST).receivedUuid()).isEqualTo(parent.uuid());
    assertThat(btrfs().inspect(target, SECOND).receivedUuid()).isEqualTo(child.uuid());
  }

  @Test
  void theEstimateOfCompressedDataIsAnUpperBound() throws IOException {
    requireCompressedSend();
    compress(source);
    write(source, "text", text(500_000));
    snapshot(FIRST);
    var estimate = new SizeEstimate();
    byte[] withoutData = send(FIRST, null, SendMode.NO_DATA);
    estimate.update(withoutData, 0, withoutData.length);

    assertThat(estimate.finish())
        .isGreaterThan(500_000)
        .isGreaterThan(send(FIRST, null, SendMode.COMPRESSED_DATA).length);
  }

  @Test
  void sendingWhatIsNotThereNeverLooksLikeAnEmptyStream() throws IOException {
    // Invariant 1: an end of the stream means that all went well.
    snapshot(SECOND);
    assertThatThrownBy(() -> send(FIRST, null)).isInstanceOf(BtrfsException.class);
    assertThatThrownBy(() -> send(SECOND, FIRST)).isInstanceOf(BtrfsException.class);
  }

  @Test
  void aSendStreamThatIsClosedGivesNothingMore() throws IOException {
    write(source, "big", random(3_000_000));
    snapshot(FIRST);

    SendStream stream = btrfs().send(directory, FIRST, null, SendMode.DATA);
    assertThat(stream.readNBytes(1000)).hasSize(1000);
    stream.close();
    stream.close();

    assertThatThrownBy(() -> stream.read(new byte[10])).isInstanceOf(IOException.class);
  }

  @Test
  void aTruncatedStreamIsNotReceived() throws IOException {
    // Invariant 7. Shorter by all, all but a few bytes, half, one byte.
    snapshot(FIRST);
    byte[] stream = send(FIRST, null);
    for (int length : List.of(0, 20, stream.length / 2, stream.length - 1)) {
      Path target = newDirectory();

      assertThatThrownBy(() -> receive(target, Arrays.copyOf(stream, length)))
          .as("%d of %d bytes", length, stream.length)
          .isInstanceOf(BtrfsException.class);

      assertNothingReceived(target);
    }
  }

  @Test
  void nothingIsReceivedWithoutFinish() throws IOException {
    // Invariant 7. The whole stream was written, and then the caller found it to be forged.
    snapshot(FIRST);
    byte[] stream = send(FIRST, null);
    Path target = newDirectory();

    try (ReceiveSink sink = btrfs().receive(target, new DeviceAccess.Shut())) {
      sink.write(stream);
      sink.flush();
    }

    assertNothingReceived(target);
  }

  @Test
  void closingAfterFinishChangesNothing() throws IOException, InterruptedException {
    SubvolumeInfo sent = snapshot(FIRST);
    byte[] stream = send(FIRST, null);
    Path target = newDirectory();

    ReceiveSink sink = btrfs().receive(target, new DeviceAccess.Shut());
    sink.write(stream);
    sink.finish();
    sink.close();
    sink.close();

    assertThat(btrfs().inspect(target, FIRST).receivedUuid()).isEqualTo(sent.uuid());
  }

  @Test
  void receivingReplacesNothing() throws IOException {
    snapshot(FIRST);
    byte[] stream = send(FIRST, null);
    Path target = newDirectory();
    createSubvolume(target, FIRST);
    UUID existing = btrfs().inspect(target, FIRST).uuid();

    assertThatThrownBy(() -> receive(target, stream)).isInstanceOf(BtrfsException.class);

    assertThat(btrfs().inspect(target, FIRST).uuid()).isEqualTo(existing);
  }

  @Test
  void setsTheReceivedUuid() throws IOException {
    SubvolumeInfo before = snapshot(FIRST);
    UUID uuid = UUID.randomUUID();

    btrfs().setReceived(directory, FIRST, uuid, Ctransid.ofKernel(77), 0);

    SubvolumeInfo after = btrfs().inspect(directory, FIRST);
    assertThat(after.receivedUuid()).isEqualTo(uuid);
    assertThat(after.stransid()).isEqualTo(Ctransid.ofKernel(77));
    assertThat(after.uuid()).isEqualTo(before.uuid());
    assertThat(after.readOnly()).isTrue();
    assertThat(after.mark()).isZero();
  }

  @Test
  void onlyReadOnlySnapshotsTakeTheMarkOver() throws IOException {
    snapshot(FIRST);
    Path target = newDirectory();

    btrfs()
        .setReceived(
            directory, FIRST, UUID.randomUUID(), Ctransid.ofKernel(77), Btrfs.LARGEST_MARK);
    btrfs().createSnapshot(directory.resolve("first"), target, FIRST);
    btrfs().createWritableSnapshot(directory.resolve("first"), target, SECOND);

    SubvolumeInfo copy = btrfs().inspect(target, FIRST);
    assertThat(copy.mark()).isEqualTo(Btrfs.LARGEST_MARK);
    assertThat(btrfs().listFileSystem(target)).contains(copy);
    assertThat(btrfs().inspect(target, SECOND).mark()).isZero();
    btrfs().setReceived(target, FIRST, UUID.randomUUID(), Ctransid.ofKernel(77), 0);
    assertThat(btrfs().inspect(target, FIRST).mark()).isZero();
  }

  @Test
  void anEditShowsOnAReceivedSubvolume() throws IOException, InterruptedException {
    snapshot(FIRST);
    Path target = newDirectory();
    receive(target, send(FIRST, null));
    btrfs().setReceived(target, FIRST, UUID.randomUUID(), Ctransid.ofKernel(77), 0);
    btrfs().sync(target);
    SubvolumeInfo received = btrfs().inspect(target, FIRST);
    assertThat(received.ctransid()).isLessThanOrEqualTo(received.rtransid());

    setReadOnly(target, FIRST, false);
    write(target.resolve("first"), "file", bytes("edited"));
    setReadOnly(target, FIRST, true);
    btrfs().sync(target);

    SubvolumeInfo edited = btrfs().inspect(target, FIRST);
    assertThat(edited.receivedUuid()).isEqualTo(received.receivedUuid());
    assertThat(edited.ctransid()).isGreaterThan(edited.rtransid());
  }

  @Test
  void listsTheWholeFileSystemAsInspectSeesIt() throws IOException, InterruptedException {
    snapshot(FIRST);
    createSubvolume(source, SECOND);
    Path target = newDirectory();
    receive(target, send(FIRST, null));
    write(source, "file", bytes("just changed"));

    List<SubvolumeInfo> all = btrfs().listFileSystem(target);

    assertThat(all)
        .contains(
            btrfs().inspect(source),
            btrfs().inspect(directory, FIRST),
            btrfs().inspect(source, SECOND),
            btrfs().inspect(target, FIRST));
    assertThat(all).extracting(SubvolumeInfo::id).doesNotHaveDuplicates();
  }

  private void assertNothingReceived(Path target) throws IOException {
    assertThat(btrfs().list(target))
        .allSatisfy(entry -> assertThat(entry.info().receivedUuid()).isNull());
  }

  /** The same one each time, which compresses well. */
  private static byte[] text(int length) {
    byte[] words = new byte[length];
    Random random = new Random(43);
    for (int i = 0; i < length; i++) {
      words[i] = (byte) (random.nextInt(8) == 0 ? ' ' : 'a' + random.nextInt(2));
    }
    return words;
  }

  private byte[] send(EntryName name, @Nullable EntryName parent) throws IOException {
    return send(name, parent, SendMode.DATA);
  }

  private byte[] send(EntryName name, @Nullable EntryName parent, SendMode mode)
      throws IOException {
    try (SendStream stream = btrfs().send(directory, name, parent, mode)) {
      return stream.readAllBytes();
    }
  }

  private void receive(Path target, byte[] stream) throws IOException, InterruptedException {
    try (ReceiveSink sink = btrfs().receive(target, new DeviceAccess.Shut())) {
      sink.write(stream);
      sink.finish();
    }
  }

  /** The same ones each time, which do not compress. */
  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(42).nextBytes(bytes);
    return bytes;
  }
}
