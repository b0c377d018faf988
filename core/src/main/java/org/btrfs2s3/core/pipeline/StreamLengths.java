package org.btrfs2s3.core.pipeline;

/**
 * What flowed through a pipeline.
 *
 * @param in bytes read from the source
 * @param out bytes written to the target
 */
public record StreamLengths(long in, long out) {}
