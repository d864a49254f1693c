using TfLbfgs.Distribution;
using TfLbfgs.Distribution.Resolving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Distribution;

public sealed class ClusterSpecTests
{
    [Fact]
    public void FromEnvironment_List_IsTheController()
    {
        ClusterSpec spec = ClusterSpec.FromEnvironment(
            Of(("TFLBFGS_WORKERS", "a:7001, grpc://b:7002  [::1]:7003"), ("TF_CONFIG", "broken"), ("SLURM_PROCID", "1")));
        Assert.Equal(["a:7001", "b:7002", "[::1]:7003"], spec.Workers);
        Assert.True(spec.IsController);
        Assert.Equal("the controller of 3 workers (TFLBFGS_WORKERS)", spec.ToString());
        Assert.Throws<TfLbfgsException>(() => spec.Port);
    }

    [Fact]
    public void FindInEnvironment_NothingOrBroken_IsNullOrRefused()
    {
        Assert.Null(ClusterSpec.FindInEnvironment(Of(("PATH", "/bin"), ("TFLBFGS_PORT", "9000"))));
        Assert.Equal(2, ClusterSpec.FindInEnvironment(Of(("TFLBFGS_WORKERS", "a:1,b:2")))!.Workers.Count);
        Refusal.Says<TfLbfgsException>("JSON", () => ClusterSpec.FindInEnvironment(Of(("TF_CONFIG", "{"))));
    }

    [Fact]
    public void FromList_WithIndex_IsThatWorker()
    {
        ClusterSpec spec = ClusterSpec.FromList(
            Of(("TFLBFGS_WORKERS", "a:7001,b:7002"), ("TFLBFGS_WORKER_INDEX", "1"), ("TFLBFGS_CONTROLLER", "c:7000")));
        Assert.Equal((1, 7002, "c:7000"), (spec.WorkerIndex, spec.Port, spec.Controller));
        Assert.Equal("worker 1 of 2 (TFLBFGS_WORKERS)", spec.ToString());
    }

    [Theory]
    [InlineData("a", "host:port")]
    [InlineData("a:0", "host:port")]
    [InlineData("a:70000", "host:port")]
    [InlineData("::1:7001", "host:port")]
    [InlineData("http://a:7001", "host:port")]
    [InlineData("a:7001,a:7001", "differ")]
    [InlineData(",", "at least one worker")]
    public void FromList_NoAddresses_SaysWhatWasExpected(string list, string text) => Refused(text, ("TFLBFGS_WORKERS", list));

    [Fact]
    public void FromEnvironment_Nothing_NamesTheVariables() =>
        Refusal.Says<TfLbfgsException>("TF_CONFIG", () => ClusterSpec.FromEnvironment(Of(("PATH", "/bin"), ("TF_CONFIG", " "))));

    [Theory]
    [InlineData("""{"cluster":{"chief":["c:1"],"worker":["a:2","b:3"]},"task":{"type":"chief","index":0}}""", null)]
    [InlineData("""{"cluster":{"master":["c:1"],"worker":["a:2","b:3"]},"task":{"type":"worker","index":1}}""", 1)]
    [InlineData("""{"cluster":{"chief":["c:1"],"worker":{"1":"b:3","0":"a:2"}},"task":{"type":"worker","index":"0"}}""", 0)]
    [InlineData("""{"cluster":{"worker":["c:1","a:2","b:3"]},"task":{"type":"worker","index":0}}""", null)]
    [InlineData("""{"cluster":{"worker":["c:1","a:2","b:3"]},"task":{"type":"worker","index":2}}""", 1)]
    [InlineData("""{"cluster":{"worker":["c:1","a:2","b:3"],"evaluator":["e:9"]}}""", null)]
    public void FromTfConfig_ChiefOrFirstWorker_Controls(string config, int? index)
    {
        ClusterSpec spec = ClusterSpec.FromEnvironment(Of(("TF_CONFIG", config)));
        Assert.Equal(["a:2", "b:3"], spec.Workers);
        Assert.Equal("c:1", spec.Controller);
        Assert.Equal(index, spec.WorkerIndex);
    }

    [Theory]
    [InlineData("{", "JSON")]
    [InlineData("[]", "'cluster'")]
    [InlineData("{}", "'cluster'")]
    [InlineData("""{"cluster":{}}""", "workers")]
    [InlineData("""{"cluster":{"worker":["a:1"]}}""", "at least one worker")]
    [InlineData("""{"cluster":{"worker":["a:1","b:2"],"ps":["p:3"]}}""", "'ps'")]
    [InlineData("""{"cluster":{"worker":["a:1",2]}}""", "list of addresses")]
    [InlineData("""{"cluster":{"chief":["a:1","b:1"],"worker":["c:2"]}}""", "one chief")]
    [InlineData("""{"cluster":{"worker":["a:1","b:2"]},"task":{"type":"chief"}}""", "'chief'")]
    [InlineData("""{"cluster":{"worker":["a:1","b:2"]},"task":{"type":"evaluator"}}""", "'evaluator'")]
    [InlineData("""{"cluster":{"worker":["a:1","b:2"]},"task":{"type":"worker","index":2}}""", "between 0 and 0")]
    [InlineData("""{"cluster":{"worker":["a:1","b:2"]},"task":{"type":"worker","index":-1}}""", "number")]
    [InlineData("""{"cluster":{"worker":["a:1","b:2"]},"task":{"index":1}}""", "'type'")]
    public void FromTfConfig_Broken_SaysWhatWasExpected(string config, string text) => Refused(text, ("TF_CONFIG", config));

    [Theory]
    [InlineData("n1", "n1")]
    [InlineData("n1,n2", "n1 n2")]
    [InlineData("node[01-03,7],gpu2", "node01 node02 node03 node7 gpu2")]
    [InlineData("n[9-11]", "n9 n10 n11")]
    [InlineData("rack[1-2]n[1-2]", "rack1n1 rack1n2 rack2n1 rack2n2")]
    [InlineData("n[1-2].cluster,m", "n1.cluster n2.cluster m")]
    public void Expand_ListOfNodes_NamesEach(string list, string names) => Assert.Equal(names.Split(' '), SlurmResolver.Expand(list));

    [Theory]
    [InlineData("n[1-2")]
    [InlineData("n1-2]")]
    [InlineData("n[2-1]")]
    [InlineData("n[[1]]")]
    [InlineData("n[a]")]
    [InlineData("n[0-999999999999]")]
    [InlineData(",")]
    [InlineData("n[]")]
    public void Expand_Malformed_IsRefused(string list) =>
        Refusal.Says<TfLbfgsException>("list of nodes", () => SlurmResolver.Expand(list));

    [Theory]
    [InlineData("2(x3),1", new[] { 2, 2, 2, 1 })]
    [InlineData("4", new[] { 4 })]
    public void Counts_Compressed_NamesEach(string text, int[] counts) => Assert.Equal(counts, SlurmResolver.Counts(text));

    [Fact]
    public void FromSlurm_BlocksOfTasks_HavePortsByTheirPlace()
    {
        ClusterSpec spec = ClusterSpec.FromEnvironment(Of(
            ("SLURM_PROCID", "3"), ("SLURM_NTASKS", "5"), ("SLURM_JOB_NODELIST", "n[1-2]"),
            ("SLURM_TASKS_PER_NODE", "3,2"), ("PMI_RANK", "3"), ("TFLBFGS_PORT", "9000")));
        Assert.Equal(["n1:9001", "n1:9002", "n2:9000", "n2:9001"], spec.Workers);
        Assert.Equal("n1:9000", spec.Controller);
        Assert.Equal((2, 9000), (spec.WorkerIndex, spec.Port));
    }

    [Fact]
    public void FromSlurm_CyclicTasks_GoRoundTheNodes()
    {
        ClusterSpec spec = ClusterSpec.FromSlurm(Of(
            ("SLURM_PROCID", "0"), ("SLURM_NTASKS", "5"), ("SLURM_STEP_NODELIST", "n[1-2]"),
            ("SLURM_STEP_TASKS_PER_NODE", "3,2"), ("SLURM_DISTRIBUTION", "cyclic")));
        Assert.Equal(["n2:7001", "n1:7002", "n2:7002", "n1:7003"], spec.Workers);
        Assert.True(spec.IsController);
    }

    [Fact]
    public void FromSlurm_NoTasksPerNode_AreDividedEvenly() => Assert.Equal(
        ["n1:7002", "n2:7001"],
        ClusterSpec.FromSlurm(Of(("SLURM_PROCID", "1"), ("SLURM_NPROCS", "3"), ("SLURM_NODELIST", "n1,n2"))).Workers);

    [Fact]
    public void FromSlurm_Incomplete_SaysWhatWasExpected()
    {
        Refused("SLURM_STEP_NODELIST or SLURM_JOB_NODELIST", ("SLURM_PROCID", "0"), ("SLURM_NTASKS", "2"));
        Refused("as nodes, 1", ("SLURM_PROCID", "0"), ("SLURM_NTASKS", "2"), ("SLURM_JOB_NODELIST", "n1"), ("SLURM_TASKS_PER_NODE", "1,1"));
        Refused(
            "hosts for 3 tasks", ("SLURM_PROCID", "0"), ("SLURM_NTASKS", "3"), ("SLURM_JOB_NODELIST", "n1"), ("SLURM_TASKS_PER_NODE", "2"));
        Refused("2 tasks, received 1", ("SLURM_PROCID", "0"), ("SLURM_NTASKS", "1"), ("SLURM_JOB_NODELIST", "n1"));
        Refused("between 0 and 1, received 2", ("SLURM_PROCID", "2"), ("SLURM_NTASKS", "2"), ("SLURM_JOB_NODELIST", "n1"));
        Refused("a number in SLURM_PROCID", ("SLURM_PROCID", "x"), ("SLURM_NTASKS", "2"), ("SLURM_JOB_NODELIST", "n1"));
        Refused("TFLBFGS_PORT", ("SLURM_PROCID", "0"), ("SLURM_NTASKS", "2"), ("SLURM_JOB_NODELIST", "n1"), ("TFLBFGS_PORT", "0"));
    }

    [Fact]
    public void FromMpi_AllRanksHere_AreOnThisHost()
    {
        ClusterSpec spec = ClusterSpec.FromEnvironment(
            Of(("OMPI_COMM_WORLD_RANK", "2"), ("OMPI_COMM_WORLD_SIZE", "3"), ("OMPI_COMM_WORLD_LOCAL_SIZE", "3"), ("SLURM_PROCID", "0")));
        Assert.Equal(["localhost:7002", "localhost:7003"], spec.Workers);
        Assert.Equal(1, spec.WorkerIndex);
    }

    [Fact]
    public void FromMpi_HostsByListOrSlurm_AreFilledOneAfterTheOther()
    {
        Assert.Equal(
            ["a:7002", "b:7001", "b:7002"],
            ClusterSpec.FromMpi(Of(
                ("OMPI_COMM_WORLD_RANK", "0"), ("OMPI_COMM_WORLD_SIZE", "4"), ("OMPI_COMM_WORLD_LOCAL_SIZE", "2"),
                ("TFLBFGS_HOSTS", "a,b"))).Workers);
        Assert.Equal(
            ["a:7002", "a:7003", "b:7001"],
            ClusterSpec.FromMpi(Of(("PMI_RANK", "3"), ("PMI_SIZE", "4"), ("MPI_LOCALNRANKS", "1"), ("TFLBFGS_HOSTS", "a a b a"))).Workers);
        Assert.Equal(
            ["n2:7001"],
            ClusterSpec.FromEnvironment(Of(
                ("PMI_RANK", "1"), ("PMI_SIZE", "2"), ("MPI_LOCALNRANKS", "1"), ("SLURM_JOB_NODELIST", "n[1-2]"))).Workers);
    }

    [Fact]
    public void FromMpi_HostsUnknown_SaysWhatWasExpected()
    {
        Refused("TFLBFGS_HOSTS", ("OMPI_COMM_WORLD_RANK", "0"), ("OMPI_COMM_WORLD_SIZE", "4"), ("OMPI_COMM_WORLD_LOCAL_SIZE", "2"));
        Refused("4 ranks on 3 hosts", ("OMPI_COMM_WORLD_RANK", "0"), ("OMPI_COMM_WORLD_SIZE", "4"), ("TFLBFGS_HOSTS", "a,b,c"));
    }

    [Fact]
    public void FromKubernetes_StatefulSet_HasNamesInDns()
    {
        ClusterSpec spec = ClusterSpec.FromEnvironment(
            Of(("HOSTNAME", "lbfgs-trainer-1"), ("TFLBFGS_REPLICAS", "3"), ("TFLBFGS_SERVICE", "lbfgs"), ("POD_NAMESPACE", "ml")));
        Assert.Equal(["lbfgs-trainer-1.lbfgs.ml.svc.cluster.local:7001", "lbfgs-trainer-2.lbfgs.ml.svc.cluster.local:7001"], spec.Workers);
        Assert.Equal("lbfgs-trainer-0.lbfgs.ml.svc.cluster.local:7001", spec.Controller);
        Assert.Equal(0, spec.WorkerIndex);
    }

    [Fact]
    public void FromKubernetes_NoOrdinal_SaysWhatWasExpected()
    {
        Refused("trainer-2", ("HOSTNAME", "laptop"), ("TFLBFGS_REPLICAS", "3"), ("TFLBFGS_SERVICE", "lbfgs"));
        Refused("TFLBFGS_SERVICE", ("HOSTNAME", "a-0"), ("TFLBFGS_REPLICAS", "3"));
        Refused("between 0 and 2, received 3", ("HOSTNAME", "a-3"), ("TFLBFGS_REPLICAS", "3"), ("TFLBFGS_SERVICE", "s"));
    }

    private static void Refused(string text, params (string Name, string Value)[] variables) =>
        Assert.Contains(
            text, Assert.Throws<TfLbfgsException>(() => ClusterSpec.FromEnvironment(Of(variables))).Message, StringComparison.Ordinal);

    private static Dictionary<string, string> Of(params (string Name, string Value)[] variables) =>
        variables.ToDictionary(v => v.Name, v => v.Value);
}
