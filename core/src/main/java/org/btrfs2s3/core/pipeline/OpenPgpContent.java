package org.btrfs2s3.core.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.bouncycastle.openpgp.PGPCompressedData;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPMarker;
import org.bouncycastle.openpgp.PGPObjectFactory;
import org.bouncycastle.openpgp.PGPOnePassSignatureList;
import org.bouncycastle.openpgp.PGPSignatureList;

/**
 * What an encrypted message holds: exactly one literal data packet, perhaps with signatures around
 * it, perhaps inside one compressed data packet.
 */
final class OpenPgpContent {

  private static final int BUFFER_BYTES = 64 << 10;

  /** Signatures with their announcements, and what their readers skip. */
  static final int MOST_PACKETS = 64;

  static final long MOST_BYTES = 256 << 10;

  private OpenPgpContent() {}

  /**
   * Copies the literal data and reads on to the end of the content.
   *
   * @return what surrounded it, for a check when everything was read and authenticated
   */
  static ContentSignatures copy(InputStream content, OutputStream out, Signers signers)
      throws IOException, PGPException {
    return copy(content, out, signers, true);
  }

  /** Signatures that stand outside of a compressed packet, which none of ours do, are not seen. */
  private static ContentSignatures copy(
      InputStream content, OutputStream out, Signers signers, boolean mayBeCompressed)
      throws IOException, PGPException {
    var signatures = new ContentSignatures(signers);
    var limit = new PacketLimit(content, MOST_PACKETS, MOST_BYTES);
    var objects =
        new PGPObjectFactory(limit, OpenPgpKeyFile.IMPLEMENTATION.keyFingerPrintCalculator());
    boolean hasContent = false;
    for (Object next = objects.nextObject(); next != null; next = objects.nextObject()) {
      switch (next) {
        case PGPLiteralData literal -> {
          requireFirst(hasContent);
          hasContent = true;
          signatures.begin();
          copyBytes(literal.getInputStream(), out, signatures);
        }
        case PGPCompressedData compressed -> {
          requireFirst(hasContent);
          hasContent = true;
          if (!mayBeCompressed) {
            throw new IOException("compressed twice");
          }
          signatures = copy(compressed.getDataStream(), out, signers, false);
          if (limit.isEndless()) {
            return signatures; // What follows is not another packet, though it may look like one.
          }
        }
        case PGPOnePassSignatureList announced -> signatures.announce(announced);
        case PGPSignatureList following -> signatures.follow(following);
        case PGPMarker marker -> {}
        default -> throw new IOException("unexpected " + next.getClass().getSimpleName());
      }
    }
    if (!hasContent) {
      throw new IOException("an OpenPGP message without content");
    }
    return signatures;
  }

  private static void requireFirst(boolean hasContent) throws IOException {
    if (hasContent) {
      throw new IOException("an OpenPGP message with several contents instead of one");
    }
  }

  private static void copyBytes(InputStream in, OutputStream out, ContentSignatures signatures)
      throws IOException {
    byte[] bytes = new byte[BUFFER_BYTES];
    for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
      signatures.update(bytes, count);
      out.write(bytes, 0, count);
    }
  }
}
