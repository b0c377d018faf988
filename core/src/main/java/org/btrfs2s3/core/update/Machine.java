package org.btrfs2s3.core.update;

import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import org.btrfs2s3.core.btrfs.Btrfs;

/**
 * The machine that a run works on.
 *
 * @param clockSynchronized whether the kernel says that its clock is synchronized
 */
public record Machine(Btrfs btrfs, InstantSource clock, BooleanSupplier clockSynchronized) {}
