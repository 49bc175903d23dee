/** Judges the wires between Prometheus, Alertmanager, Kubernetes, the target and here: facts in, findings out. */
@NullMarked
package dev.tocsin.domain.doctor;

import org.jspecify.annotations.NullMarked;
