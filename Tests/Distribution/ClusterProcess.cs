using System.Diagnostics;
using TfLbfgs.Distribution;
using Xunit;

namespace TfLbfgs.Tests.Distribution;

/// <summary>
/// Workers in processes of their own, and a controller in another: a process joins at most one cluster, and its devices change their names.
/// </summary>
internal sealed class ClusterProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _lines = [];

    private ClusterProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output
    {
        get
        {
            lock (_lines)
                return string.Join('\n', _lines);
        }
    }

    /// <summary>Starts a program of the tests' folder.</summary>
    public static ClusterProcess Start(string program, string? folder, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        return new ClusterProcess(Process.Start(start)!);
    }

    /// <summary>Starts a program of the tests' folder in a network namespace.</summary>
    public static ClusterProcess StartIn(string space, string program, params string[] arguments) => new(Process.Start(
        new ProcessStartInfo("ip", ["netns", "exec", space, "dotnet", Path.Combine(AppContext.BaseDirectory, program), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!);

    /// <summary>Starts a worker by the tool; it is ready when its port answers.</summary>
    public static ClusterProcess Worker(int port, string? folder = null) => Start(
        "TfLbfgs.Cli.dll", folder, "worker", "--allow-unauthenticated", "--threads", "1", "--port", $"{port}");

    /// <summary>The addresses of workers on this host.</summary>
    public static string Addresses(IEnumerable<int> ports) => string.Join(',', ports.Select(port => $"localhost:{port}"));

    /// <summary>Ports that are free now.</summary>
    public static int[] FreePorts(int count)
    {
        HashSet<int> ports = [];
        while (ports.Count < count)
            ports.Add(NetworkExposure.FreePort());
        return [.. ports];
    }

    /// <summary>Waits for any end.</summary>
    public string Ended()
    {
        Assert.True(_process.WaitForExit(TimeSpan.FromMinutes(5)), $"it did not end\n{Output}");
        _process.WaitForExit();
        return Output;
    }

    /// <summary>Waits for the end, and fails with the output unless it succeeded.</summary>
    public string Succeeded()
    {
        Assert.True(_process.WaitForExit(TimeSpan.FromMinutes(5)), $"{_process.StartInfo.ArgumentList[0]} did not end\n{Output}");
        _process.WaitForExit();
        Assert.True(_process.ExitCode == 0, $"exit code {_process.ExitCode}\n{Output}");
        return Output;
    }

    public void Kill()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is null)
            return;
        lock (_lines)
            _lines.Add(line);
    }
}
