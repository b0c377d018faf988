package org.btrfs2s3.it.proxy;

/** Decides what happens to each request, when it arrives. Called by several threads. */
@FunctionalInterface
public interface Script {
  Script HEALTHY = request -> new Fault.None();

  Fault faultOf(Request request);

  /** One of all requests. */
  static Script at(int number, Fault fault) {
    return storm(number, 1, fault);
  }

  /** One of those of a kind. */
  static Script at(RequestKind kind, int ordinal, Fault fault) {
    return request ->
        request.kind() == kind && request.ordinal() == ordinal ? fault : new Fault.None();
  }

  /** So many requests in a row. */
  static Script storm(int first, int count, Fault fault) {
    return request ->
        request.number() >= first && request.number() < first + count ? fault : new Fault.None();
  }
}
