package org.btrfs2s3.app.config;

/** A value and where the file says it, for messages about what is found out later. */
public record Located<T>(T value, Position position) {}
