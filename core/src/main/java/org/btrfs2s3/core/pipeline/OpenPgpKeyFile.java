package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.openpgp.api.OpenPGPCertificate;
import org.bouncycastle.openpgp.api.OpenPGPImplementation;
import org.bouncycastle.openpgp.api.OpenPGPKeyReader;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPImplementation;

/** Reads files of certificates and secret keys, armored or binary, one or several in a file. */
final class OpenPgpKeyFile {

  /** The library's own ciphers: nothing is registered with the JVM. */
  static final OpenPGPImplementation IMPLEMENTATION = new BcOpenPGPImplementation();

  /** Far more than thousands of keys; a device or a disk image given by mistake is not read. */
  private static final long LIMIT_BYTES = 16 << 20;

  private OpenPgpKeyFile() {}

  static List<OpenPGPCertificate> read(Path file) throws OpenPgpKeyException {
    byte[] bytes = readBytes(file);
    try {
      return new OpenPGPKeyReader(IMPLEMENTATION).parseKeysOrCertificates(bytes);
    } catch (IOException | RuntimeException e) {
      throw new OpenPgpKeyException(file, "not a file of OpenPGP keys: " + e.getMessage(), e);
    }
  }

  /** A key as gpg shows it: {@code 0x} and 16 digits. */
  static String format(long keyId) {
    return String.format(Locale.ROOT, "0x%016X", keyId);
  }

  private static byte[] readBytes(Path file) throws OpenPgpKeyException {
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes((int) LIMIT_BYTES + 1);
      if (bytes.length > LIMIT_BYTES) {
        throw new OpenPgpKeyException(file, "not a file of OpenPGP keys: too large", null);
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new OpenPgpKeyException(file, "no such file", e);
    } catch (AccessDeniedException e) {
      throw new OpenPgpKeyException(file, "permission denied", e);
    } catch (OpenPgpKeyException e) {
      throw e;
    } catch (IOException e) {
      throw new OpenPgpKeyException(file, "cannot be read: " + e.getMessage(), e);
    }
  }
}
