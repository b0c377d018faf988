package org.btrfs2s3.it.proxy;

/**
 * What became of a request.
 *
 * @param bodyBytes of its body that came from the client
 * @param status of the answer that the client was given; 0 if none
 */
public record Exchange(Request request, Fault fault, long bodyBytes, int status) {
  public boolean isFaulty() {
    return !(fault instanceof Fault.None);
  }
}
