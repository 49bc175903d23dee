package dev.tocsin.lab;

import java.nio.file.Path;
import java.util.List;

/**
 * What a lab is made from.
 *
 * @param rules Prometheus rule files
 * @param queries custom queries of postgres_exporter
 * @param scenarios folders with scenarios
 * @param whole whether there is a standby too, and all else that rules of any origin need
 */
record LabOptions(List<Path> rules, Path queries, List<Path> scenarios, boolean whole) {}
