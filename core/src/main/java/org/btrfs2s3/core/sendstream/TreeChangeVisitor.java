package org.btrfs2s3.core.sendstream;

import java.io.IOException;

/**
 * Is told what a stream does, in its order.
 *
 * @param <E> what it throws if a change is impossible
 */
@FunctionalInterface
public interface TreeChangeVisitor<E extends IOException> {

  void visit(TreeChange change) throws E;
}
