using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using TfLbfgs.Distribution;
using TfLbfgs.Formats;
using TfLbfgs.Graphs;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Tests.Probe;

/// <summary>
/// Controls a cluster, or several devices of this process, and prints what comes of it. Arguments: the workers, "local" or "devices", then
/// <c>name=value</c>. The problem: least squares with a weight decay, rows x columns, whose data are a formula.
/// </summary>
internal sealed class ClusterRun
{
    private readonly Dictionary<string, string> _settings;
    private readonly string _workers;

    private ClusterRun(string workers, IEnumerable<string> settings)
    {
        _workers = workers;
        _settings = settings.Select(setting => setting.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
    }

    private int Rows => Number("rows", 401);

    private int Columns => Number("columns", 20);

    /// <summary>Runs.</summary>
    public static void Execute(string workers, string[] settings) => new ClusterRun(workers, settings).Run();

    /// <summary>The entry of the inputs in a row and a column.</summary>
    public static double Input(long row, long column) => Math.Sin((1.7 * row) + (0.9 * column) + (0.01 * row * column));

    /// <summary>The target of a row.</summary>
    public static double Target(long row) => Math.Cos(0.3 * row);

    /// <summary>Makes a part of the data, as a function of a worker.</summary>
    public static IReadOnlyList<StoredArray> Simulate(ShardRequest request)
    {
        int rows = int.Parse(request.Argument("rows"), CultureInfo.InvariantCulture);
        int columns = int.Parse(request.Argument("columns"), CultureInfo.InvariantCulture);
        if (rows < request.Shards)
            throw new TfLbfgsException($"expected a row for each part, received {rows} rows.");
        (long first, long count) = EvenShare.Of(rows, request.Shard, request.Shards);
        double[] x = [.. Enumerable.Range(0, (int)count * columns).Select(i => Input(first + (i / columns), i % columns))];
        double[] y = [.. Enumerable.Range(0, (int)count).Select(i => Target(first + i))];
        return
        [
            StoredArray.FromBytes(DType.Float64, [count, columns], MemoryMarshal.AsBytes(x.AsSpan()).ToArray()),
            StoredArray.FromBytes(DType.Float64, [count, 1], MemoryMarshal.AsBytes(y.AsSpan()).ToArray()),
        ];
    }

    private void Run()
    {
        TfRuntime.Initialize(new RuntimeOptions { CpuDevices = Number("cpus", 1), IntraOpThreads = 1, OneDnn = false });
        DistributionStrategy strategy = Strategy(out Cluster? cluster);
        foreach (ClusterWorker worker in cluster?.Workers ?? [])
            Console.WriteLine($"worker {worker.Index} process {worker.Description?.ProcessId}");
        foreach (string source in Text("sources", "upload").Split(','))
            Minimize(strategy, source);
        if (Text("join", "") != "" && Number("joinat", -1) < 0)
            Join(cluster!);
        if (Number("churn", 0) is > 0 and int times)
            Churn(strategy, times);
        // The same parts on one device.
        if (_workers == "devices")
            Minimize(DistributionStrategy.Over("CPU:0").WithShards(strategy.Shards), "upload");
        if (Text("diagnose", "") != "")
        {
            foreach (WorkerHealth health in cluster!.Diagnose(1 << 20))
            {
                double up = health.UploadBytesPerSecond / 1e6, down = health.DownloadBytesPerSecond / 1e6, op = health.OpSeconds * 1e6;
                Print($"health {health.Answers} clock {health.ClockOffsetSeconds:F6} op {op:F0} up {up:F0} down {down:F0}");
            }
        }

        if (Text("end", "yes") == "yes")
            cluster?.EndWorkers();
        Print($"left {LiveHandles.Total} handles, {GraphBuilder.FunctionCount} functions");
        Console.WriteLine("done");
    }

    private DistributionStrategy Strategy(out Cluster? cluster)
    {
        cluster = null;
        if (_workers is "local" or "devices")
        {
            DistributionStrategy local = _workers == "local" ? DistributionStrategy.Over("CPU:0") : DistributionStrategy.Local();
            return local.WithShards(Number("shards", local.Shards));
        }

        ClusterOptions options = new()
        {
            AllowUnauthenticated = true,
            Reported = line => Console.WriteLine($"cluster: {line}"),
            ReplacementTimeout = TimeSpan.FromSeconds(Number("replacement", 30)),
            EvaluationTimeout = TimeSpan.FromSeconds(Number("evaluation", 60)),
            AnswerTimeout = TimeSpan.FromSeconds(Number("answer", 10)),
            ConnectTimeout = TimeSpan.FromSeconds(Number("connect", 30)),
        };
        try
        {
            cluster = Cluster.Connect(_workers.Split(','), options);
        }
        catch (ClusterException e) when (Text("instead", "") != "")
        {
            Console.WriteLine($"refused: {e.Message}");
            cluster = Cluster.Connect(Text("instead", "").Split(','), options);
        }

        DistributionStrategy strategy = cluster.Strategy();
        return strategy.WithShards(Number("shards", strategy.Shards));
    }

    private void Minimize(DistributionStrategy strategy, string source)
    {
        using TensorScope scope = new();
        int rows = source == "upload" ? Rows : 2;
        Tensor x = Tensor.From<double>(
            [.. Enumerable.Range(0, rows * Columns).Select(i => Input(i / Columns, i % Columns))], [rows, Columns]);
        Tensor y = Tensor.From<double>([.. Enumerable.Range(0, rows).Select(i => Target(i))], [rows, 1]);
        FunctionObjective objective = new(
            (p, data) =>
            {
                Tensor found = Tf.Tanh(Tf.MatMul(data[0], RawOps.ExpandDims(p, Tensor.Scalar(1))));
                return Tf.ReduceMean(Tf.Square(found - data[1])) + 0.001 * Tf.ReduceSum(Tf.Square(p));
            },
            Tensor.From<double>([.. Enumerable.Range(0, Columns).Select(i => 0.1 * Math.Sin(i))], [Columns]),
            [x, y]);
        DistributedOptions options = new()
        {
            Compile = Text("compile", "no") == "yes",
            OnLostWorker = Text("lost", "stop") == "move" ? LostWorkerPolicy.Move : LostWorkerPolicy.Stop,
            Reported = line => Console.WriteLine($"objective: {line}"),
        };
        Dictionary<string, string> size = new() { ["rows"] = Text("rows", "401"), ["columns"] = Text("columns", "20") };
        Stopwatch watch = Stopwatch.StartNew();
        using DistributedObjective distributed = source switch
        {
            "upload" => new DistributedObjective(objective, strategy, options),
            "npy" => new DistributedObjective(objective, new ShardedNpy("x.npy", "y.npy"), strategy, options),
            "csv" => new DistributedObjective(objective, new ShardedCsv("data.csv", ["target"]), strategy, options),
            _ => new DistributedObjective(objective, new ShardedFunction(source, size), strategy, options),
        };
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{source} placed {watch.Elapsed.TotalMilliseconds:F0} ms"));
        string checkpoint = Text("checkpoint", "");
        int pause = Number("pause", 0);
        LbfgsOptions minimizer = new()
        {
            MaxIterations = Number("iterations", 15),
            GradientTolerance = 0,
            FloorIterations = 0,
            Execution = Enum.Parse<Execution>(Text("execution", nameof(Execution.Auto))),
            Checkpoint = checkpoint == "" ? null : new Checkpoint(checkpoint) { Interval = Number("interval", 1000), Resume = true },
            Callback = progress =>
            {
                if (pause >= 0)
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"iteration {progress.Iteration} {progress.Seconds:F3}"));
                if (pause > 0)
                    Thread.Sleep(pause);
                if (progress.Iteration == Number("joinat", -1))
                    Add(strategy.Cluster!);
                return LbfgsAction.Continue;
            },
        };
        try
        {
            if (Text("method", "") == "batch")
            {
                MinimizeBatch(strategy, x, y);
                return;
            }

            TfpOptions tfp = new() { MaxIterations = minimizer.MaxIterations, GradientTolerance = 1e-300, Callback = minimizer.Callback };
            using LbfgsResult result =
                Text("method", "") == "tfp" ? Lbfgs.Minimize(distributed, tfp) : Lbfgs.Minimize(distributed, minimizer);
            ReadOnlySpan<double> first = result.Position.ToArray<double>().AsSpan(0, Math.Min(Columns, 64));
            Console.WriteLine($"{source} bits {Convert.ToHexString(MemoryMarshal.AsBytes(first))}");
            Print($"{source} loss {result.Loss:R} evaluations {result.Evaluations} seconds {result.Seconds:F4}");
            DistributionReport report = distributed.Report();
            Console.WriteLine(report);
            double network = result.NetworkSeconds, driver = result.DriverSeconds;
            Print($"{source} seconds in workers {result.WorkerSeconds:F6} network {network:F6} driver {driver:F6}");
            double took = report.EvaluationSeconds * 1e6, overhead = report.OverheadSeconds * 1e6;
            Print($"{source} evaluation {took:F1} us overhead {overhead:F1} us bytes {report.BytesPerEvaluation}");
        }
        catch (ClusterException e)
        {
            Console.WriteLine($"{source} ended: {e.Message}");
        }
    }

    /// <summary>Members of a batch over the devices, each from a start of its own.</summary>
    private void MinimizeBatch(DistributionStrategy strategy, Tensor x, Tensor y)
    {
        const int members = 6;
        Tensor starts = Tensor.From<double>(
            [.. Enumerable.Range(0, members * Columns).Select(i => 0.1 * Math.Sin(1.3 * i))], [members, Columns]);
        Func<Tensor, (Tensor, Tensor)> function = DistributedMembers.Over(strategy, positions =>
        {
            using TfLbfgs.Gradients.GradientTape tape = new();
            tape.Watch(positions);
            // [rows, members]
            Tensor residuals = Tf.Tanh(RawOps.MatMul(x, positions, transposeB: true)) - y;
            Tensor losses = Tf.ReduceMean(Tf.Square(residuals), [0]) + 0.001 * Tf.ReduceSum(Tf.Square(positions), [1]);
            return (losses, tape.Gradient(losses, positions)!);
        });
        int pause = Number("pause", 0);
        using LbfgsBatchResult result = Lbfgs.MinimizeBatch(function, starts, new BatchOptions
        {
            MaxIterations = Number("iterations", 15),
            GradientTolerance = 0,
            FloorIterations = 0,
            Recover = strategy.Cluster?.Recovery(Text("lost", "stop") == "move" ? LostWorkerPolicy.Move : LostWorkerPolicy.Stop),
            Callback = progress =>
            {
                Console.WriteLine($"iteration {progress.Iteration}");
                Thread.Sleep(Math.Max(0, pause));
                return LbfgsAction.Continue;
            },
        });
        Console.WriteLine($"batch bits {Bits(result.Position)}");
    }

    /// <summary>Lets another worker join, which takes its share of the same parts; where it cannot, the others do them again.</summary>
    private void Join(Cluster cluster)
    {
        Add(cluster);
        DistributionStrategy all = cluster.Strategy();
        Minimize(all.WithShards(Number("shards", all.Shards)), "upload");
    }

    private void Add(Cluster cluster)
    {
        string address = Text("join", "");
        try
        {
            Console.WriteLine($"joining {address}");
            Console.WriteLine($"joined {cluster.Add(address)}");
        }
        catch (ClusterException e)
        {
            Console.WriteLine($"not joined: {e.Message}");
        }
    }

    /// <summary>Makes and frees objectives; threads, handles of files and memory must stay.</summary>
    private void Churn(DistributionStrategy strategy, int times)
    {
        for (int i = 0; i < times; i++)
        {
            if (i == times / 2)
                Console.WriteLine(Resources("halfway"));
            else if (i % 50 == 0)
                Console.WriteLine(Resources($"after {i}"));
            if (Number("rejoin", 0) is > 0 and int interval && i > 0 && i % interval == 0)
                strategy.Cluster!.Rejoin();
            using TensorScope scope = new();
            FunctionObjective objective = new(
                (p, data) => Tf.ReduceMean(Tf.Square(data[0] - p)),
                Tensor.From([0.5]),
                [Tensor.Fill([Number("entries", 100_000)], i, DType.Float64)]);
            using DistributedObjective distributed = new(objective, strategy);
            if (Number("iterations", 3) is > 0 and int iterations)
                Lbfgs.Minimize(distributed, ChurnOptions(iterations)).Dispose();
            // Its data are there no more at the second run.
            if (i == 1 && Text("rejoin", "") != "")
            {
                using LbfgsResult before = Lbfgs.Minimize(distributed, new LbfgsOptions { MaxIterations = 3 });
                strategy.Cluster!.Rejoin();
                using LbfgsResult after = Lbfgs.Minimize(distributed, new LbfgsOptions { MaxIterations = 3 });
                Console.WriteLine($"rejoined {Bits(before.Position) == Bits(after.Position)}");
            }
        }

        Console.WriteLine(Resources("at the end"));
    }

    private LbfgsOptions ChurnOptions(int iterations) => new()
    {
        MaxIterations = iterations,
        MaxEvaluations = Number("evaluations", int.MaxValue),
        Execution = Enum.Parse<Execution>(Text("execution", nameof(Execution.Auto))),
    };

    private static string Resources(string when)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        TfRuntime.ForgetKernels();
        NativeHeap.Trim();
        using Process self = Process.GetCurrentProcess();
        (long inUse, long kept) = NativeHeap.Now;
        string heaps = FormattableString.Invariant(
            $"{inUse / 1000} kB native in use, {kept / 1000} kB kept, {GC.GetTotalMemory(true) / 1000} kB managed, ")
            + FormattableString.Invariant($"{GraphBuilder.FunctionCount} functions");
        int files = Directory.GetFiles("/proc/self/fd").Length;
        return FormattableString.Invariant($"resources {when}: {self.Threads.Count} threads, {files} files, ")
            + FormattableString.Invariant($"{self.WorkingSet64 / 1_000_000} MB, {heaps}, {LiveHandles.Total} handles");
    }

    private static string Bits(Tensor tensor) => Convert.ToHexString(MemoryMarshal.AsBytes(tensor.ToArray<double>().AsSpan()));

    private static void Print(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));

    private string Text(string name, string byDefault) => _settings.GetValueOrDefault(name, byDefault);

    private int Number(string name, int byDefault) =>
        _settings.TryGetValue(name, out string? value) ? int.Parse(value, CultureInfo.InvariantCulture) : byDefault;
}
