package org.btrfs2s3.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.btrfs2s3.s3.StallWatch.Watched;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/** Has every request watched, its body and its answer included. */
final class WatchedHttpClient implements SdkHttpClient {

  private final SdkHttpClient client;
  private final StallWatch watch;

  /** Takes over both. */
  WatchedHttpClient(SdkHttpClient client, StallWatch watch) {
    this.client = client;
    this.watch = watch;
  }

  @Override
  public String clientName() {
    return client.clientName();
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    var watched = watch.watch();
    var prepared = client.prepareRequest(withWatchedBody(request, watched));
    watched.of(prepared);
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        return withWatchedAnswer(watched.during(prepared::call), watched);
      }

      @Override
      public void abort() {
        prepared.abort();
      }
    };
  }

  private static HttpExecuteRequest withWatchedBody(HttpExecuteRequest request, Watched watched) {
    var builder = HttpExecuteRequest.builder().request(request.httpRequest());
    long length =
        request.httpRequest().firstMatchingHeader("Content-Length").map(Long::valueOf).orElse(0L);
    request
        .contentStreamProvider()
        .ifPresent(
            body -> {
              ContentStreamProvider moving = () -> new Body(body.newStream(), watched, length);
              builder.contentStreamProvider(moving);
            });
    request.metricCollector().ifPresent(builder::metricCollector);
    return builder.build();
  }

  private static HttpExecuteResponse withWatchedAnswer(
      HttpExecuteResponse response, Watched watched) {
    var builder = HttpExecuteResponse.builder().response(response.httpResponse());
    response
        .responseBody()
        .ifPresent(
            body ->
                builder.responseBody(AbortableInputStream.create(new Answer(body, watched), body)));
    return builder.build();
  }

  /** A body moves when the next piece of it is wanted: then the last one is gone. */
  private static final class Body extends FilterInputStream {

    private final Watched watched;
    private final long length;
    private long count;

    Body(InputStream body, Watched watched, long length) {
      super(body);
      this.watched = watched;
      this.length = length;
    }

    @Override
    public int read() throws IOException {
      int read = in.read();
      noted(read < 0 ? read : 1);
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int wanted) throws IOException {
      int read = in.read(bytes, offset, wanted);
      noted(read);
      return read;
    }

    @Override
    public void reset() throws IOException {
      in.reset();
      count = 0;
    }

    private void noted(int read) {
      count += Math.max(0, read);
      if (count < length) {
        watched.moved();
      } else {
        watched.bodyIsOut();
      }
    }
  }

  private static final class Answer extends FilterInputStream {

    private final Watched watched;

    Answer(InputStream answer, Watched watched) {
      super(answer);
      this.watched = watched;
    }

    @Override
    public int read() throws IOException {
      return watched.during(in::read);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return watched.during(() -> in.read(bytes, offset, length));
    }

    @Override
    public long skip(long count) throws IOException {
      return watched.during(() -> in.skip(count));
    }

    /** Reads what is left, so that the connection can be used again. */
    @Override
    public void close() throws IOException {
      var _ =
          watched.during(
              () -> {
                in.close();
                return in;
              });
    }
  }

  @Override
  public void close() {
    watch.close();
    client.close();
  }
}
