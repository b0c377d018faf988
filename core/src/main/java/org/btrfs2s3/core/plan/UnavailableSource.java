package org.btrfs2s3.core.plan;

/** A source of the configuration that this run leaves alone, and why. */
public record UnavailableSource(String path, String reason) {}
