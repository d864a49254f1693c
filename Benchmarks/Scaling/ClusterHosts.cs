using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TfLbfgs.Benchmarks.Scaling;

/// <summary>
/// Hosts for a controller and workers on this machine: network namespaces with an interface each, joined by a bridge, where the process may
/// make them (root), else the loopback. Removed when disposed.
/// </summary>
internal sealed class ClusterHosts : IDisposable
{
    private const int FirstPort = 7301;

    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"tfl{Environment.ProcessId % 100_000}");
    private readonly int _network = 16 + (Environment.ProcessId % 200);
    private readonly List<string> _spaces = [];
    private bool _hasBridge;

    private ClusterHosts()
    {
    }

    /// <summary>Whether they are namespaces.</summary>
    public bool AreNamespaces => _spaces.Count > 0;

    /// <summary>Makes hosts.</summary>
    /// <param name="count">How many, the controller's included.</param>
    /// <param name="asNamespaces">Whether as namespaces.</param>
    /// <param name="bitsPerSecond">The rate of each interface in each direction; null: what the machine gives.</param>
    /// <exception cref="TfLbfgsException">Namespaces cannot be made.</exception>
    public static ClusterHosts Create(int count, bool asNamespaces, double? bitsPerSecond)
    {
        ClusterHosts hosts = new();
        if (!asNamespaces)
            return hosts;
        try
        {
            hosts.AddBridge();
            for (int i = 0; i < count; i++)
                hosts.AddSpace(i, bitsPerSecond);
            return hosts;
        }
        catch
        {
            hosts.Dispose();
            throw;
        }
    }

    /// <summary>The address of a worker; host 0 is the controller's.</summary>
    public string Address(int host) => AreNamespaces
        ? string.Create(CultureInfo.InvariantCulture, $"10.213.{_network}.{host + 1}:{FirstPort}")
        : string.Create(CultureInfo.InvariantCulture, $"localhost:{FreePort(host)}");

    /// <summary>How to start a program of this folder on a host.</summary>
    public ProcessStartInfo Start(int host, params string[] arguments)
    {
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "TfLbfgs.Benchmarks.dll"), .. arguments];
        string[] all = AreNamespaces ? ["ip", "netns", "exec", _spaces[host], .. command] : command;
        return new ProcessStartInfo(all[0], all[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int i = 0; i < _spaces.Count; i++)
        {
            // At once; with its namespace it would go later, and its name would be taken until then.
            Run(mayFail: true, "ip", "link", "del", OuterLink(i));
            Run(mayFail: true, "ip", "netns", "del", _spaces[i]);
        }

        if (_hasBridge)
            Run(mayFail: true, "ip", "link", "del", _name);
        _spaces.Clear();
    }

    private static readonly Dictionary<int, int> Ports = [];

    private static int FreePort(int host)
    {
        if (Ports.TryGetValue(host, out int port))
            return port;
        using TcpListener listener = new(IPAddress.Any, 0);
        listener.Start();
        return Ports[host] = ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The end of the host's interface on this machine.</summary>
    private string OuterLink(int host) => string.Create(CultureInfo.InvariantCulture, $"{_name}v{host}");

    private void AddBridge()
    {
        Run(false, "ip", "link", "add", _name, "type", "bridge");
        _hasBridge = true;
        Run(false, "ip", "link", "set", _name, "up");
    }

    private void AddSpace(int host, double? bitsPerSecond)
    {
        string space = string.Create(CultureInfo.InvariantCulture, $"{_name}h{host}");
        string outer = OuterLink(host);
        Run(false, "ip", "netns", "add", space);
        _spaces.Add(space);
        Run(false, "ip", "link", "add", outer, "type", "veth", "peer", "name", "eth0", "netns", space);
        Run(false, "ip", "link", "set", outer, "master", _name, "up");
        Run(false, "ip", "-n", space, "link", "set", "lo", "up");
        Run(false, "ip", "-n", space, "addr", "add", string.Create(CultureInfo.InvariantCulture, $"10.213.{_network}.{host + 1}/24"), "dev",
            "eth0");
        Run(false, "ip", "-n", space, "link", "set", "eth0", "up");
        if (bitsPerSecond is not { } bits)
            return;
        // What leaves the host, and what comes to it.
        string[] limit = ["tbf", "rate", string.Create(CultureInfo.InvariantCulture, $"{bits / 1e6:F0}mbit"), "burst", "256kb", "latency",
            "50ms"];
        Run(false, ["tc", "-n", space, "qdisc", "add", "dev", "eth0", "root", .. limit]);
        Run(false, ["tc", "qdisc", "add", "dev", outer, "root", .. limit]);
    }

    private static void Run(bool mayFail, params string[] command)
    {
        using Process process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0 && !mayFail)
            throw new TfLbfgsException($"{string.Join(' ', command)}: expected to succeed, as it does for root, received: {error.Trim()}");
    }
}
