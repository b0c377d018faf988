package org.btrfs2s3.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import org.btrfs2s3.core.store.RemoteException;
import org.btrfs2s3.core.store.RemoteException.Kind;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** The bytes of an object, counted: the end is reported only when all that was promised came. */
final class ObjectStream extends InputStream {

  private final ResponseInputStream<GetObjectResponse> response;
  private final String location;
  private final long length;
  private long count;

  /**
   * @param length how many bytes must come
   */
  ObjectStream(ResponseInputStream<GetObjectResponse> response, String location, long length) {
    this.response = response;
    this.location = location;
    this.length = length;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int wanted) throws IOException {
    int got = receive(bytes, offset, wanted);
    if (got < 0 && count < length) {
      throw broken("the server ended it early", null);
    }
    count += Math.max(0, got);
    return got;
  }

  private int receive(byte[] bytes, int offset, int wanted) throws IOException {
    try {
      return response.read(bytes, offset, wanted);
    } catch (SdkException e) {
      if (S3Errors.isInterruption(e)) {
        throw interrupted(e);
      }
      throw S3Errors.translate("read " + location, e);
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted(e);
      }
      throw broken(e.toString(), e);
    }
  }

  private static InterruptedIOException interrupted(Exception cause) {
    var interruption = new InterruptedIOException(cause.getMessage());
    interruption.initCause(cause);
    return interruption;
  }

  private RemoteException broken(String why, @Nullable Throwable cause) {
    return new RemoteException(
        Kind.TRANSIENT,
        "cannot read "
            + location
            + ": broke off after "
            + count
            + " of "
            + length
            + " bytes: "
            + why,
        cause);
  }

  /** Before the end the connection is given up, because closing would read all the rest. */
  @Override
  public void close() throws IOException {
    if (count < length) {
      response.abort();
    } else {
      response.close();
    }
  }
}
