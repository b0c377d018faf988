package org.btrfs2s3.s3;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.btrfs2s3.core.store.Checksum;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * ETags in the form that most servers give them: the MD5 of an object that was put in one request;
 * the MD5 of the MD5s of its parts, a dash and their number for one that came in parts. No server
 * promises it, and with some kinds of encryption none does it.
 */
final class ETags {

  private static final Pattern USUAL = Pattern.compile("[0-9a-f]{32}(-[0-9]+)?");

  private ETags() {}

  /** Without quotes, which some servers add and others do not; null for none. */
  static @Nullable String plain(@Nullable String etag) {
    return etag == null ? null : etag.replace("\"", "").replace("&quot;", "");
  }

  static boolean isUsual(String etag) {
    return USUAL.matcher(etag).matches();
  }

  /** What it tells of the bytes; null for nothing. */
  static @Nullable Checksum checksum(HeadObjectResponse head) {
    var etag = plain(head.eTag());
    if (etag == null || !isUsual(etag) || isOfCiphertext(head)) {
      return null;
    }
    int parts = etag.indexOf('-');
    return parts < 0
        ? new Checksum("MD5", etag, true)
        : new Checksum("MD5 of %s parts".formatted(etag.substring(parts + 1)), etag, false);
  }

  /** With keys of the customer's, or of a key service, it is no MD5 of the content. */
  private static boolean isOfCiphertext(HeadObjectResponse head) {
    var encryption = head.serverSideEncryptionAsString();
    return head.sseCustomerAlgorithm() != null
        || (encryption != null && !encryption.equals(ServerSideEncryption.AES256.toString()));
  }

  static String ofContent(Part content) {
    var md5 = md5();
    content.forEachChunk(md5::update);
    return HexFormat.of().formatHex(md5.digest());
  }

  /** Null if the ETags of the parts do not have the usual form. */
  static @Nullable String ofParts(List<CompletedPart> parts) {
    var md5 = md5();
    for (var part : parts) {
      var etag = plain(part.eTag());
      if (etag == null || etag.length() != 32 || !isUsual(etag)) {
        return null;
      }
      md5.update(HexFormat.of().parseHex(etag));
    }
    return HexFormat.of().formatHex(md5.digest()) + "-" + parts.size();
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a JVM without MD5", e);
    }
  }
}
