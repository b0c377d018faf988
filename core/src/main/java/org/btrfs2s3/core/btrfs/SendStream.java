package org.btrfs2s3.core.btrfs;

import java.io.InputStream;

/**
 * The output of {@code btrfs send}. {@code read} returns -1 only after the process has ended with
 * exit code 0; otherwise it throws {@link BtrfsException} with the process' own words. {@code
 * close} ends the process and waits for it.
 */
public abstract class SendStream extends InputStream {}
