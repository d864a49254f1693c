using System.Globalization;
using System.Text.Json;
using TfLbfgs.Benchmarks.Measuring;
using TfLbfgs.Distribution;
using TfLbfgs.Functions;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Scaling;

/// <summary>The controller of the cluster that is measured: a process of its own, since one joins at most one cluster.</summary>
internal static class ClusterMeasurement
{
    /// <summary>The entries of the data: rows times parameters, but at least some rows.</summary>
    public const int Entries = 4_000_000;

    private const int LeastRows = 8;
    private const int Iterations = 40;

    /// <summary>Joins workers, and prints a row for each size as JSON.</summary>
    /// <param name="workers">Their addresses.</param>
    /// <param name="sizes">Numbers of parameters.</param>
    public static void Run(IReadOnlyList<string> workers, IReadOnlyList<int> sizes)
    {
        TfRuntime.Initialize(new RuntimeOptions { IntraOpThreads = 1 });
        Cluster cluster = Cluster.Connect(workers, new ClusterOptions { AllowUnauthenticated = true, Reported = Console.Error.WriteLine });
        ClusterRow[] rows = [.. sizes.Select(size => Measure(cluster, size))];
        cluster.EndWorkers();
        Console.WriteLine(JsonSerializer.Serialize(rows, ClusterRowJson.Default.ClusterRowArray));
    }

    /// <summary>Bytes per second at which this machine adds a weighted gradient to a sum, float64, of a size.</summary>
    public static double SumRate(int parameters)
    {
        using TensorScope scope = new();
        Tensor sum = Tensor.Fill([parameters], 1, DType.Float64), gradient = Tensor.Fill([parameters], 2, DType.Float64);
        using Function add = new(inputs => [inputs[0] + 0.25 * inputs[1]]);
        double seconds = Timing.BestOf(() => add.Call([sum, gradient])[0].Dispose(), 5);
        return sizeof(double) * parameters / seconds;
    }

    /// <summary>Residuals of a saturated linear model with a weight decay; data are a formula.</summary>
    private static FunctionObjective Problem(int parameters)
    {
        int rows = Math.Max(LeastRows, Entries / parameters);
        double[] x = new double[(long)rows * parameters];
        for (int i = 0; i < x.Length; i++)
            x[i] = Math.Sin((1.7 * (i / parameters)) + (0.9 * (i % parameters))) / Math.Sqrt(parameters);
        Tensor inputs = Tensor.From<double>(x, [rows, parameters]);
        Tensor targets = Tensor.From<double>([.. Enumerable.Range(0, rows).Select(i => Math.Cos(0.3 * i))], [rows, 1]);
        return new FunctionObjective(
            (p, data) =>
            {
                Tensor found = Tf.Tanh(Tf.MatMul(data[0], RawOps.ExpandDims(p, Tensor.Scalar(1))));
                return Tf.ReduceMean(Tf.Square(found - data[1])) + 0.001 * Tf.ReduceMean(Tf.Square(p));
            },
            Tensor.From<double>([.. Enumerable.Range(0, parameters).Select(i => 0.1 * Math.Sin(i))], [parameters]),
            [inputs, targets]);
    }

    private static ClusterRow Measure(Cluster cluster, int parameters)
    {
        using TensorScope scope = new();
        FunctionObjective whole = Problem(parameters);
        DistributionStrategy strategy = cluster.Strategy();
        string here = TfRuntime.Devices.First(device => cluster.Workers.All(worker => !worker.Devices.Contains(device.Name))).Name;
        using DistributedObjective distributed = new(whole, strategy);
        using DistributedObjective alone = new(whole, DistributionStrategy.Over(here).WithShards(strategy.Shards));
        (double loss, double[] gradient) = Evaluate(whole);
        (double sum, double[] sumGradient) = Evaluate(distributed);
        double scale = gradient.Max(Math.Abs);
        LbfgsOptions options = new() { MaxIterations = Iterations, GradientTolerance = 0, FloorIterations = 0 };
        Lbfgs.Minimize(distributed, options).Dispose();
        long wire = Wire();
        using LbfgsResult result = Lbfgs.Minimize(distributed, options);
        wire = Wire() - wire;
        using LbfgsResult expected = Lbfgs.Minimize(alone, options);
        DistributionReport report = distributed.Report();
        return new ClusterRow(
            cluster.Workers.Count, parameters, result.Evaluations, report.EvaluationSeconds, report.Devices.Max(time => time.Seconds),
            report.OverheadSeconds, report.NetworkSeconds, report.BytesPerEvaluation, (double)wire / result.Evaluations,
            Math.Abs(sum - loss) / Math.Abs(loss), gradient.Zip(sumGradient).Max(pair => Math.Abs(pair.First - pair.Second)) / scale,
            result.Position.ToArray<double>().AsSpan().SequenceEqual(expected.Position.ToArray<double>()),
            Exchange(strategy, parameters, isTree: false), strategy.Shards < 2 ? double.NaN : Exchange(strategy, parameters, isTree: true));
    }

    /// <summary>Seconds in which a vector goes to each device, is multiplied there, and the products are added here.</summary>
    private static double Exchange(DistributionStrategy strategy, int parameters, bool isTree)
    {
        const int warm = 3, calls = 21;
        using TensorScope scope = new();
        Tensor position = Tensor.Fill([parameters], 3, DType.Float64);
        Tensor[] factors = [.. strategy.Devices.Select(device => Tensor.Fill([parameters], 1, DType.Float64).CopyTo(device))];
        using Function exchange = new(inputs =>
        {
            Tensor[] products = new Tensor[factors.Length];
            for (int i = 0; i < products.Length; i++)
            {
                using IDisposable device = Device.Use(strategy.Devices[i]);
                // A neighbour passes on what it has received, which is the same number here.
                products[i] = RawOps.Mul(isTree && i % 2 == 1 ? products[i - 1] : inputs[0], inputs[1 + i]);
            }

            for (int i = 0; isTree && i + 1 < products.Length; i += 2)
            {
                using IDisposable device = Device.Use(strategy.Devices[i]);
                products[i] = RawOps.AddV2(products[i], products[i + 1]);
            }

            Tensor sum = products[0];
            for (int i = isTree ? 2 : 1; i < products.Length; i += isTree ? 2 : 1)
                sum = RawOps.AddV2(sum, products[i]);
            return [sum];
        });
        List<double> seconds = [];
        for (int i = 0; i < warm + calls; i++)
        {
            Tensor[] found = [];
            double took = Timing.Of(() => found = exchange.Call([position, .. factors]));
            if (i >= warm)
                seconds.Add(took);
            else if (found[0][..1].ToArray<double>()[0] != 3 * factors.Length)
                throw new TfLbfgsException("The exchange of vectors: expected their sum, received another one.");
            found[0].Dispose();
        }

        return seconds.Order().ElementAt(calls / 2);
    }

    private static (double Loss, double[] Gradient) Evaluate(Objective objective)
    {
        using TensorScope scope = new();
        using Function evaluate = new(inputs =>
        {
            (Tensor loss, Tensor gradient) = objective.Evaluate(inputs[0], inputs[1..]);
            return [loss, gradient];
        });
        Tensor[] found = evaluate.Call([objective.InitialPosition(), .. objective.Data]);
        return (found[0].ToDouble(), found[1].ToArray<double>());
    }

    /// <summary>What all interfaces of this network have sent and received; on the loopback what is sent is received too.</summary>
    private static long Wire()
    {
        bool hasOwn = File.Exists("/sys/class/net/eth0/statistics/rx_bytes");
        string[][] interfaces =
            [.. File.ReadLines("/proc/net/dev").Skip(2).Select(line => line.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries))];
        return interfaces.Where(fields => fields[0] == (hasOwn ? "eth0" : "lo"))
            .Sum(fields => Number(fields[1]) + (hasOwn ? Number(fields[9]) : 0));

        static long Number(string field) => long.Parse(field, CultureInfo.InvariantCulture);
    }
}
