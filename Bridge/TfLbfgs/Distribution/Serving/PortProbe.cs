using System.Net;
using System.Net.Sockets;
using TfLbfgs.Distribution.Resolving;

namespace TfLbfgs.Distribution.Serving;

/// <summary>
/// Whether a server of HTTP/2, on which gRPC stands, answers at an address. TensorFlow itself waits for ever for one that does not; and a
/// connection alone says nothing, since the system accepts it for a process that is stopped.
/// </summary>
internal static class PortProbe
{
    private const int FrameHeader = 9;

    /// <summary>The preface of a client, and an empty frame of settings.</summary>
    private static ReadOnlySpan<byte> Greeting => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"u8;

    /// <summary>The own address from which a server was reached; null: none answered.</summary>
    /// <param name="address">Its address, <c>host:port</c>.</param>
    /// <param name="timeout">How long to wait.</param>
    public static IPAddress? Reach(string address, TimeSpan timeout)
    {
        if (timeout <= TimeSpan.Zero)
            return null;
        try
        {
            using CancellationTokenSource cancellation = new(timeout);
            return ReachAsync(address, cancellation.Token).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Waits until a server answers.</summary>
    /// <inheritdoc cref="Reach"/>
    public static IPAddress? Await(string address, TimeSpan timeout)
    {
        const int patience = 2000;
        const int pause = 50;
        DateTime end = DateTime.UtcNow + timeout;
        while (true)
        {
            // Once in any case: no time to wait is time enough to ask.
            if (Reach(address, TimeSpan.FromMilliseconds(patience)) is { } own)
                return own;
            if (end - DateTime.UtcNow < TimeSpan.FromMilliseconds(pause))
                return null;
            Thread.Sleep(pause);
        }
    }

    /// <summary>Whether the system refuses connections: no process listens. One that is stopped, or cut off, refuses nothing.</summary>
    /// <inheritdoc cref="Reach"/>
    public static bool IsRefused(string address, TimeSpan timeout)
    {
        try
        {
            using CancellationTokenSource cancellation = new(timeout);
            using TcpClient client = new();
            client.ConnectAsync(
                WorkerAddress.HostOf(address), WorkerAddress.PortOf(address), cancellation.Token).AsTask().GetAwaiter().GetResult();
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<IPAddress?> ReachAsync(string address, CancellationToken cancellation)
    {
        using TcpClient client = new();
        await client.ConnectAsync(WorkerAddress.HostOf(address), WorkerAddress.PortOf(address), cancellation).ConfigureAwait(false);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Greeting.ToArray(), cancellation).ConfigureAwait(false);
        byte[] answer = new byte[FrameHeader];
        await stream.ReadExactlyAsync(answer, cancellation).ConfigureAwait(false);
        // The first frame of a server is its settings, type 4.
        const byte settings = 4;
        IPAddress own = ((IPEndPoint)client.Client.LocalEndPoint!).Address;
        return answer[3] == settings ? own.IsIPv4MappedToIPv6 ? own.MapToIPv4() : own : null;
    }
}
