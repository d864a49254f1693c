using System.Globalization;

namespace TfLbfgs.Distribution.Resolving;

/// <summary>Addresses of processes, <c>host:port</c>; IPv6 addresses in brackets.</summary>
internal static class WorkerAddress
{
    /// <summary>The address without what surrounds it.</summary>
    /// <exception cref="TfLbfgsException">It is none.</exception>
    public static string Normalize(string text, string source)
    {
        string address = (text ?? "").Trim();
        if (address.StartsWith("grpc://", StringComparison.OrdinalIgnoreCase))
            address = address["grpc://".Length..];
        int colon = address.LastIndexOf(':');
        bool isPort = colon > 0 && int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is > 0 and < 65536;
        string host = colon > 0 ? address[..colon] : "";
        bool isHost = host.Length > 0 && !host.Any(c => char.IsWhiteSpace(c) || c is '/' or ',')
            && (!host.Contains(':', StringComparison.Ordinal) || (host[0] == '[' && host[^1] == ']'));
        return isPort && isHost
            ? address
            : throw new TfLbfgsException($"{source}: expected an address of the form host:port, such as node7:7001, received '{text}'.");
    }

    /// <summary>The port of an address.</summary>
    public static int PortOf(string address) =>
        int.Parse(address.AsSpan(address.LastIndexOf(':') + 1), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The host of an address, without brackets.</summary>
    public static string HostOf(string address) => address[..address.LastIndexOf(':')].Trim('[', ']');

    /// <summary>The address of a host and a port.</summary>
    public static string Of(string host, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{port}");
}
