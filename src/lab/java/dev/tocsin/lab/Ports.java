package dev.tocsin.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Free ports on loopback. */
final class Ports {
    private Ports() {}

    /** Different ports that nobody used a moment ago: all are held open together while they are chosen. */
    static List<Integer> free(int count) throws LabException {
        var sockets = new ArrayList<ServerSocket>();
        try {
            for (var i = 0; i < count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } catch (IOException e) {
            throw new LabException("no port is free: " + e.getMessage(), e);
        } finally {
            for (var socket : sockets) {
                close(socket);
            }
        }
    }

    private static void close(ServerSocket socket) throws LabException {
        try {
            socket.close();
        } catch (IOException e) {
            throw new LabException("a port cannot be freed: " + e.getMessage(), e);
        }
    }
}
