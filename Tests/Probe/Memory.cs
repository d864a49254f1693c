using System.Globalization;
using System.Runtime.CompilerServices;
using TfLbfgs.Functions;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Callbacks;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Tests.Probe;

/// <summary>Measures the memory of this process and prints it, in bytes.</summary>
internal static class Memory
{
    private const int Parameters = 4417;

    /// <summary>Prints resident bytes after 1,000 and after 10,000 evaluations of one run, and the native handles that are left after it.</summary>
    public static void OfEvaluations()
    {
        // The chained Rosenbrock function of as many parameters as the network of two layers of 64 units: far from its minimum after 10,000 evaluations.
        long handles = LiveHandles.Snapshot().Values.Sum();
        long[] limits = [1000, 10_000];
        List<long> resident = [];
        LbfgsOptions options = new()
        {
            // By one form: what XLA takes to compile stays, once.
            Execution = Execution.Traced,
            MaxEvaluations = 10_050,
            MaxIterations = 20_000,
            MemoryLength = 10,
            Callback = progress =>
            {
                if (resident.Count < limits.Length && progress.Evaluations >= limits[resident.Count])
                    resident.Add(Resident());
                return LbfgsAction.Continue;
            },
        };
        long evaluations;
        using (Tensor start = Tensor.From([.. Enumerable.Range(0, Parameters).Select(i => i % 2 == 1 ? -1.2 : 1.0)]))
        using (LbfgsResult result = Lbfgs.Minimize(Chained, start, options))
            evaluations = result.Evaluations;
        Print([evaluations, .. resident, LiveHandles.Snapshot().Values.Sum() - handles]);
    }

    /// <summary>Prints resident bytes after 1,000 and after 10,000 steps of <c>Fit</c>, and the native handles that are left.</summary>
    public static void OfTraining()
    {
        long handles = LiveHandles.Snapshot().Values.Sum();
        long first = 0, last = 0, steps = 0;
        using (Tensor x = Tensor.Ones([400, 8], DType.Float32), y = Tensor.Ones([400, 1], DType.Float32))
        using (Sequential model = new(DType.Float32) { new InputLayer([8]), new Dense(16, "tanh"), new Dense(1) })
        {
            model.Build();
            model.Compile("adam", "mse", ["mae"]);
            LambdaCallback count = new()
            {
                TrainBatchEnd = (_, _) => steps++,
                EpochEnd = (epoch, _) =>
                {
                    if (epoch == 9)
                        first = Resident();
                    last = Resident();
                },
            };
            model.Fit(x, y, new FitOptions { BatchSize = 4, Epochs = 100, Callbacks = [count] });
        }

        Print([steps, first, last, LiveHandles.Snapshot().Values.Sum() - handles]);
    }

    /// <summary>
    /// Prints, in hundredths of a vector, the peak that a run with a full memory adds, and what is resident in its last iteration.
    /// </summary>
    /// <param name="pairs">m.</param>
    /// <param name="count">n.</param>
    public static void OfPairs(int pairs, int count)
    {
        // What is made once: the library and its thread pool.
        Run(1000, 3, _ => { });
        long before = Resident();
        long last = 0;
        int end = pairs + 10;
        Run(count, pairs, iteration => last = iteration == end ? Resident() : last);
        Print([100 * (Peak() - before) / (count * sizeof(double)), 100 * (last - before) / (count * sizeof(double))]);
    }

    private static void Run(int count, int pairs, Action<int> iterated)
    {
        using Tensor start = Tensor.From([.. Enumerable.Range(0, count).Select(i => i % 2 == 1 ? -1.2 : 1.0 + i / (double)count)]);
        LbfgsOptions options = new()
        {
            MaxIterations = pairs + 10,
            MemoryLength = pairs,
            Callback = progress =>
            {
                iterated(progress.Iteration);
                return LbfgsAction.Continue;
            },
        };
        Lbfgs.Minimize(Chained, start, options).Dispose();
    }

    private static long Peak()
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line["VmHWM:".Length..^"kB".Length], CultureInfo.InvariantCulture);
    }

    /// <summary>Prints the resident bytes that 50,000 eager ops add to those that 50,000 ones before left.</summary>
    public static void OfEagerOps()
    {
        using TensorScope open = new();
        using Tensor x = Tensor.From([1.0, 2.0, 3.0]);
        PrintGrowth(50_000, () =>
        {
            using Tensor y = x * 2;
        });
    }

    /// <summary>Prints the growth by 5,000 round trips of long strings.</summary>
    public static void OfStrings()
    {
        string[] values = [new string('x', 10_000), "short", new string('y', 1000)];
        PrintGrowth(5000, () =>
        {
            using Tensor strings = Tensor.FromStrings(values);
            using Tensor copy = RawOps.Identity(strings);
            copy.ToByteStrings();
        });
    }

    /// <summary>Prints the growth by 3,000 ops that fail.</summary>
    public static void OfFailedOps()
    {
        using Tensor x = Tensor.From([1.0, 2.0, 3.0]);
        using Tensor y = Tensor.From([1.0, 2.0]);
        PrintGrowth(3000, () =>
        {
            try
            {
                using Tensor sum = x + y;
                throw new InvalidOperationException("shapes that do not fit were added");
            }
            catch (TfStatusException)
            {
                // As it must be.
            }
        });
    }

    /// <summary>Prints the growth by 500 functions that are made, called and disposed.</summary>
    public static void OfFunctions()
    {
        using Tensor x = Tensor.From([1.0, 2.0, 3.0]);
        PrintGrowth(500, () =>
        {
            using Function f = new(v => v * 2 + x);
            using Tensor y = f.Call(x)[0];
        });
    }

    /// <summary>
    /// Prints the growth by 500 models that are made, evaluated and disposed, every hundredth minimized too, and the native handles that
    /// are
    /// left.
    /// </summary>
    public static void OfModels()
    {
        using Tensor x = Tensor.From<double>([0.0, 0.5, 1.0, -0.5, 0.25, -1.0], [3, 2]);
        using Tensor y = Tensor.From<double>([0.25, 1.25, 1.0625], [3, 1]);
        long handles = LiveHandles.Snapshot().Values.Sum();
        int made = 0;
        long growth = Growth(500, () =>
        {
            using TensorScope scope = new();
            using Sequential model = new(DType.Float64) { new Dense(32, "tanh"), new Dense(1) };
            using ModelObjective objective = new(model, "mse", x, y);
            objective.Evaluate(objective.InitialPosition(), objective.Data);
            if (made++ % 100 == 0)
                Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = 2 });
        });
        Print([growth, LiveHandles.Snapshot().Values.Sum() - handles]);
    }

    /// <summary>Prints the most resident bytes while 4 GiB of tensors are made and not disposed.</summary>
    public static void OfUndisposedTensors()
    {
        double[] values = new double[1 << 18];
        Leak(values);
        long before = Environment.WorkingSet;
        long peak = 0;
        for (int i = 0; i < 2000; i++)
        {
            Leak(values);
            peak = Math.Max(peak, Environment.WorkingSet - before);
        }

        Print([peak]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Leak(double[] values) => _ = Tensor.From(values);

    private static Tensor Chained(Tensor x)
    {
        Tensor a = x[TensorIndex.Slice(0, -1)];
        Tensor b = x[TensorIndex.Slice(1, null)];
        return Tf.ReduceSum(100.0 * Tf.Square(b - Tf.Square(a)) + Tf.Square(1.0 - a));
    }

    private static void PrintGrowth(int rounds, Action round) => Print([Growth(rounds, round)]);

    /// <summary>
    /// What the second half of twice as many rounds adds to the resident bytes: the first half also pays for what is made once.
    /// </summary>
    private static long Growth(int rounds, Action round)
    {
        long[] resident = new long[2];
        for (int half = 0; half < 2; half++)
        {
            for (int i = 0; i < rounds; i++)
                round();
            resident[half] = Resident();
        }

        return resident[1] - resident[0];
    }

    private static long Resident()
    {
        // What the garbage collector would free, or keeps for itself, is no leak.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        string pages = File.ReadAllText("/proc/self/statm").Split(' ')[1];
        return long.Parse(pages, CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }

    private static void Print(IEnumerable<long> numbers) =>
        Console.WriteLine(string.Join(' ', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture))));
}
