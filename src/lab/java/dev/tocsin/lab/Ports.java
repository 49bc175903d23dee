package dev.tocsin.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Free ports on loopback, below those that systems give to outgoing connections: one of these would be taken again before
 * the program it was meant for has started.
 */
final class Ports {
    private static final int FIRST = 10_000;

    /** Linux gives out ports from 32768 on, others from higher ones. */
    private static final int END = 32_000;

    private static final int TRIES = 1000;

    /**
     * The port above each one that was given out, held until this process ends: a port is not used at once, and no other
     * lab, of this process or another, shall take it meanwhile.
     */
    private static final List<ServerSocket> GUARDS = Collections.synchronizedList(new ArrayList<>());

    private Ports() {}

    /** Different ports that nobody used a moment ago. */
    static List<Integer> free(int count) throws LabException {
        var random = RandomGenerator.getDefault();
        var ports = new ArrayList<Integer>();
        for (var tries = 0; ports.size() < count; tries++) {
            var port = random.nextInt(FIRST / 2, END / 2) * 2;
            if (tries > TRIES) {
                throw new LabException("no " + count + " ports are free from " + FIRST + " to " + END);
            }
            if (isGuarded(port + 1) && isFree(port)) {
                ports.add(port);
            }
        }
        return ports;
    }

    private static boolean isGuarded(int port) {
        try {
            return GUARDS.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean isFree(int port) {
        try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
