package org.btrfs2s3.s3;

/**
 * What a store is made of, besides where it is.
 *
 * @param memory that it shares with the other stores of the process
 * @param watch is closed with the store
 */
record StoreParts(
    UploadLimits limits,
    UploadMemory memory,
    Provider provider,
    Retries retries,
    StallWatch watch) {}
