package dev.tocsin.doctor;

import dev.tocsin.domain.alert.Labels;
import dev.tocsin.domain.doctor.Diagnosis;

/**
 * What became of a drill.
 *
 * @param labels those that it was posted with
 * @param posted whether it was posted at all
 */
public record DrillReport(String id, Labels labels, boolean posted, Diagnosis diagnosis) {}
