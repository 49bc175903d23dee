/** The lab: a real PostgreSQL, postgres_exporter, Prometheus and Alertmanager on loopback. Never ships in the image. */
@NullMarked
package dev.tocsin.lab;

import org.jspecify.annotations.NullMarked;
