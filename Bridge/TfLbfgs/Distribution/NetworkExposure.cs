using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace TfLbfgs.Distribution;

/// <summary>
/// Whether others can reach a server of this process. TensorFlow's listens on all interfaces regardless of the options, and runs any op
/// for every client.
/// </summary>
internal static class NetworkExposure
{
    /// <summary>What a server means, before it is opened.</summary>
    public static string Warning(int port) => FormattableString.Invariant(
        $"TensorFlow's server on port {port} listens on all interfaces without authentication: ")
        + "any program that reaches the port can run ops and read and write files as this user. See docs/cluster.md.";

    /// <summary>The addresses by which other hosts may reach this one.</summary>
    public static IReadOnlyList<string> Addresses() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.NetworkInterfaceType != NetworkInterfaceType.Loopback
                && network.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address)
            .Where(address => !IPAddress.IsLoopback(address))
            .Select(address => address.ToString()),
    ];

    /// <summary>Refuses to open a server that others can reach, unless that is asked for.</summary>
    /// <param name="isAllowed">Whether it is.</param>
    /// <param name="option">How it is asked for.</param>
    /// <param name="addresses">The addresses of this host.</param>
    /// <exception cref="ClusterException">It is not.</exception>
    public static void Check(bool isAllowed, string option, IReadOnlyList<string> addresses)
    {
        if (isAllowed || addresses.Count == 0)
            return;
        throw new ClusterException(
            "Expected a host that only itself can reach, since TensorFlow's server listens on all interfaces without authentication; "
            + $"received one with the addresses {string.Join(", ", addresses)}. "
            + $"Run it in a network of its own or behind a firewall, and say so by {option}: docs/cluster.md shows how.");
    }

    /// <summary>Whether no process listens on a port. TensorFlow's server would share it with another of its kind.</summary>
    public static bool IsFree(int port)
    {
        using TcpListener listener = Listener(port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }

    /// <summary>A port that is free now.</summary>
    public static int FreePort()
    {
        using TcpListener listener = Listener(0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>On all interfaces, as TensorFlow's server does.</summary>
    private static TcpListener Listener(int port) => Socket.OSSupportsIPv6
        ? new TcpListener(IPAddress.IPv6Any, port) { Server = { DualMode = true } }
        : new TcpListener(IPAddress.Any, port);
}
