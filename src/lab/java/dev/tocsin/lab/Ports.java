package dev.tocsin.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    /** What was given out once is not given out again by this process. */
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private Ports() {}

    /** Different ports that nobody used a moment ago. */
    static List<Integer> free(int count) throws LabException {
        var random = RandomGenerator.getDefault();
        var ports = new ArrayList<Integer>();
        for (var tries = 0; ports.size() < count; tries++) {
            var port = random.nextInt(FIRST, END);
            if (tries > TRIES) {
                throw new LabException("no " + count + " ports are free from " + FIRST + " to " + END);
            }
            if (isFree(port) && GIVEN.add(port)) {
                ports.add(port);
            }
        }
        return ports;
    }

    private static boolean isFree(int port) {
        try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
