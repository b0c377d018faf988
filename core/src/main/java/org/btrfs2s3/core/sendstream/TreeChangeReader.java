package org.btrfs2s3.core.sendstream;

import java.io.IOException;

/**
 * Tells what a stream does to the tree of its send parent, or to an empty one. Verifies the stream
 * as {@link SendStreamVerifier} does; what was told before {@link #finish} accepts it may be wrong
 * all the same. Extended attributes and the content of files are left out.
 *
 * <p>Holds one command at most (64 KiB of version 1, 1 MiB of version 2). For one thread.
 *
 * @param <E> what the visitor throws
 */
public final class TreeChangeReader<E extends IOException> {

  private final Verification verification;
  private final Framing<E> framing = new Framing<>(this::visit);
  private final TreeCommand attributes = new TreeCommand();
  private final TreeChangeVisitor<E> visitor;

  /**
   * @param expected what the stream must be
   */
  public TreeChangeReader(StreamIdentity expected, TreeChangeVisitor<E> visitor) {
    this.verification = new Verification(expected);
    this.visitor = visitor;
  }

  /**
   * Takes the next bytes.
   *
   * @throws SendStreamException if the stream is refused; it stays so
   */
  public void update(byte[] bytes, int offset, int length) throws SendStreamException, E {
    framing.update(bytes, offset, length);
  }

  /**
   * Says that no more bytes come.
   *
   * @throws SendStreamException if the stream is refused, or is not complete
   */
  public void finish() throws SendStreamException {
    framing.finish();
  }

  private void visit(Command command) throws SendStreamException, E {
    verification.visit(command);
    var change = attributes.read(command);
    if (change != null) {
      visitor.visit(change);
    }
  }
}
