package org.btrfs2s3.core.btrfs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether kernel and {@code btrfs} tool can send compressed data. Asked before a send is started,
 * because otherwise the first failure would look like one of the snapshot.
 */
final class CompressedSend {

  private static final Path KERNEL_VERSION = Path.of("/sys/fs/btrfs/features/send_stream_version");
  private static final List<String> HELP = List.of("btrfs", "send", "--help");
  private static final String OPTION = "--compressed-data";
  private static final int NEEDED_VERSION = 2;

  private final Path kernelVersion;
  private final List<String> help;

  CompressedSend() {
    this(KERNEL_VERSION, HELP);
  }

  /**
   * For tests.
   *
   * @param kernelVersion the file in which the kernel tells its highest version of streams
   * @param help the command that lists the options of send
   */
  CompressedSend(Path kernelVersion, List<String> help) {
    this.kernelVersion = kernelVersion;
    this.help = help;
  }

  void requireSupport() throws BtrfsException {
    if (supportedVersion() < NEEDED_VERSION) {
      throw unsupported("this kernel cannot, Linux 6.0 can");
    }
    if (!helpText().contains(OPTION)) {
      throw unsupported("this btrfs-progs cannot, 5.19 can");
    }
  }

  /** Kernels before 5.16 do not tell, and know version 1 only. */
  private int supportedVersion() throws BtrfsException {
    try {
      return Integer.parseInt(Files.readString(kernelVersion).strip());
    } catch (NoSuchFileException e) {
      return 1;
    } catch (IOException | NumberFormatException e) {
      throw new BtrfsException("cannot read " + kernelVersion + ": " + e.getMessage(), "", e);
    }
  }

  private String helpText() throws BtrfsException {
    BtrfsProcess process = BtrfsProcess.producing("ask for the options of btrfs send", help);
    try (InputStream output = process.output()) {
      return new String(output.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new BtrfsException("cannot read the options of btrfs send", "", e);
    } finally {
      process.stop();
    }
  }

  private static BtrfsException unsupported(String reason) {
    return new BtrfsException(
        "cannot send compressed data: "
            + reason
            + "; without 'btrfs: {compressed_data: true}' data is sent uncompressed",
        "",
        null);
  }
}
