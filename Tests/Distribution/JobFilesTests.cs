using System.Diagnostics;
using System.Text.RegularExpressions;
using TfLbfgs.Distribution;
using TfLbfgs.Tests.Native.Loading;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Distribution;

/// <summary>The job files of docs/cluster: parsed, and run dry, with what each system sets for its processes.</summary>
public sealed partial class JobFilesTests
{
    [Theory]
    [InlineData("slurm.sh")]
    [InlineData("mpi.sh")]
    public void Script_IsOneThatTheShellAccepts(string file)
    {
        using Process shell = Process.Start(new ProcessStartInfo("bash", ["-n", PathOf(file)]) { RedirectStandardError = true })!;
        string error = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        Assert.True(shell.ExitCode == 0, error);
    }

    [Fact]
    public void Slurm_ItsTasks_AreOneClusterWithOneController()
    {
        string script = File.ReadAllText(PathOf("slurm.sh"));
        Dictionary<string, string> options = Pairs(Option(), script);
        int nodes = int.Parse(options["nodes"], null), perNode = int.Parse(options["ntasks-per-node"], null);
        Assert.Equal("lbfgs-%j.out", options["output"]);
        Assert.Contains("--distribution=block", script, StringComparison.Ordinal);
        Dictionary<string, string> environment = Exports(script);
        AssertOneCluster(nodes * perNode, rank => new Dictionary<string, string>(environment)
        {
            ["SLURM_PROCID"] = $"{rank}",
            ["SLURM_NTASKS"] = $"{nodes * perNode}",
            ["SLURM_JOB_NODELIST"] = $"node[1-{nodes}]",
            ["SLURM_TASKS_PER_NODE"] = $"{perNode}(x{nodes})",
            ["SLURM_DISTRIBUTION"] = "block",
        });
    }

    /// <summary>With programs in place of srun and dotnet: srun runs the tasks, and ends all when one fails, as it is asked to.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 1)]
    public void Slurm_WorkerOrControllerFails_IsStartedAgainOrEndsTheJob(int controllerExit, int expected)
    {
        using TemporaryFolder folder = new();
        Program("srun", """
            if [[ "$*" == *--kill-on-bad-exit=1* ]]; then ends=1; else ends=0; fi
            while [[ "$1" == --* ]]; do shift; done
            for task in 0 1 2; do SLURM_PROCID=$task "$@" & done
            for task in 0 1 2; do
                if ! wait -n && [ $ends -eq 1 ]; then kill $(jobs -p); exit 1; fi
            done
            """);
        // Worker 2 is lost once; where the controller fails, nothing ends the workers.
        Program("dotnet", $$"""
            echo "$SLURM_PROCID $*" >> calls
            if [ "$SLURM_PROCID" -eq 0 ]; then exit {{controllerExit}}; fi
            if [ {{controllerExit}} -ne 0 ] || { [ "$SLURM_PROCID" -eq 2 ] && mkdir lost 2> /dev/null; }; then exit 137; fi
            """);
        Program("sleep", "exec /bin/sleep 0.02");
        ProcessStartInfo start = new("bash", [PathOf("slurm.sh")]) { WorkingDirectory = folder.Path, RedirectStandardError = true };
        start.Environment["PATH"] = $"{folder.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        using Process job = Process.Start(start)!;
        string error = job.StandardError.ReadToEnd();
        Assert.True(job.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.True(job.ExitCode == expected, error);
        string[] calls = File.ReadAllLines(Path.Combine(folder.Path, "calls"));
        Assert.Equal("0 Train.dll run.state", Assert.Single(calls, call => call.StartsWith('0')));
        if (controllerExit == 0)
            Assert.Equal(["1 Train.dll", "2 Train.dll", "2 Train.dll"], calls.Where(call => !call.StartsWith('0')).Order());

        void Program(string name, string text)
        {
            string path = Path.Combine(folder.Path, name);
            File.WriteAllText(path, $"#!/bin/bash\n{text}\n");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void Mpi_ItsRanks_AreOneClusterWithOneController()
    {
        string script = File.ReadAllText(PathOf("mpi.sh"));
        Dictionary<string, string> environment = Exports(script);
        int size = int.Parse(Regex.Match(script, @"-np (\d+)").Groups[1].Value, null);
        Assert.All(environment.Keys, name => Assert.Contains($"-x {name}", script, StringComparison.Ordinal));
        string hosts = string.Join(',', environment["TFLBFGS_HOSTS"].Split(',').Select(host => $"{host}:{size / 2}"));
        Assert.Equal(hosts, Regex.Match(script, @"--host (\S+)").Groups[1].Value);
        AssertOneCluster(size, rank => new Dictionary<string, string>(environment)
        {
            ["OMPI_COMM_WORLD_RANK"] = $"{rank}",
            ["OMPI_COMM_WORLD_SIZE"] = $"{size}",
            ["OMPI_COMM_WORLD_LOCAL_SIZE"] = $"{size / 2}",
        });
    }

    [Fact]
    public void Kubernetes_ItsPods_AreOneClusterBehindItsService()
    {
        string text = File.ReadAllText(PathOf("kubernetes.yaml"));
        string[] documents = text.Split("\n---\n");
        Assert.Equal(["Service", "NetworkPolicy", "StatefulSet"], documents.Select(document => Field(document, "kind")));
        string set = documents[2];
        int replicas = int.Parse(Field(set, "  replicas"), null);
        Dictionary<string, string> environment = Pairs(Variable(), set);
        Assert.Equal($"{replicas}", environment["TFLBFGS_REPLICAS"]);
        Assert.Equal(Field(documents[0], "  name"), environment["TFLBFGS_SERVICE"]);
        Assert.Equal(Field(documents[0], "  name"), Field(set, "  serviceName"));
        Assert.Contains($"port: {environment["TFLBFGS_PORT"]}", documents[0], StringComparison.Ordinal);
        Assert.Contains($"containerPort: {environment["TFLBFGS_PORT"]}", set, StringComparison.Ordinal);
        Assert.DoesNotContain('\t', text);
        AssertOneCluster(replicas, rank => new Dictionary<string, string>(environment)
        {
            ["HOSTNAME"] = $"{Field(set, "  name")}-{rank}",
            ["POD_NAMESPACE"] = "ml",
        });
    }

    /// <summary>What each process finds out by itself is one cluster: the same addresses, one controller, each worker once.</summary>
    private static void AssertOneCluster(int size, Func<int, Dictionary<string, string>> environment)
    {
        ClusterSpec[] specs = [.. Enumerable.Range(0, size).Select(rank => ClusterSpec.FromEnvironment(environment(rank)))];
        Assert.All(specs, spec => Assert.Equal(specs[0].Workers, spec.Workers));
        Assert.All(specs, spec => Assert.Equal(specs[0].Controller, spec.Controller));
        Assert.Equal(size - 1, specs[0].Workers.Count);
        Assert.True(specs[0].IsController);
        Assert.Equal(Enumerable.Range(0, size - 1).Cast<int?>(), specs.Skip(1).Select(spec => spec.WorkerIndex));
    }

    private static string PathOf(string file) => Path.Combine(Checkout.Root, "docs", "cluster", file);

    private static Dictionary<string, string> Exports(string script) => Pairs(Export(), script);

    private static Dictionary<string, string> Pairs(Regex pattern, string text) =>
        pattern.Matches(text).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

    private static string Field(string document, string name) =>
        Regex.Match(document, $"^{name}: (.+)$", RegexOptions.Multiline).Groups[1].Value;

    [GeneratedRegex(@"^#SBATCH --([\w-]+)(?:=(\S+))?$", RegexOptions.Multiline)]
    private static partial Regex Option();

    [GeneratedRegex(@"^export (\w+)=(\S+)$", RegexOptions.Multiline)]
    private static partial Regex Export();

    [GeneratedRegex(@"- name: (\w+)\n\s+value: ""?([^""\n]+)""?")]
    private static partial Regex Variable();
}
