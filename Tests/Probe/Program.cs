using TfLbfgs;
using TfLbfgs.Distribution;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Callbacks;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Keras.Saving;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Probe;

// What tests run in a child process, since a hostile file may end it.
// "model FILE..." loads whole models, "weights FILE..." loads weights into the model of reference/keras/bad, one file after the other:
// for each the report or the message, then a line "code N": 0 loaded, 2 refused, 3 refused but the model is another than before.
// "checkpoint FILE ITERATIONS" minimizes slowly with a checkpoint every 5 iterations, goes on with one that is there, and prints each iteration and the final bits.
// "fit FOLDER EPOCHS" trains slowly with BackupAndRestore, goes on with a backup that is there, and prints each epoch and the final bits.
// "memory WHAT" measures memory, which in the process of all tests is full of what other tests left.
// "cluster WORKERS NAME=VALUE..." controls workers, or several devices: see ClusterRun.
// "worker PORT VERSION" serves as a worker that reports a version, "-": the own one; its function "simulate" makes the data of ClusterRun.
// "stack FILE" opens an HDF5 file with less and less stack.
if (args is ["checkpoint", string file, string iterations])
{
    RunWithCheckpoints(file, int.Parse(iterations, System.Globalization.CultureInfo.InvariantCulture));
    return 0;
}

if (args is ["fit", string folder, string epochs])
{
    RunFit(folder, int.Parse(epochs, System.Globalization.CultureInfo.InvariantCulture));
    return 0;
}

if (args is ["cluster", string workers, .. string[] settings])
{
    ClusterRun.Execute(workers, settings);
    return 0;
}

if (args is ["worker", string port, string version])
{
    Dictionary<string, Func<ShardRequest, IReadOnlyList<TfLbfgs.Formats.StoredArray>>> functions =
        new() { ["simulate"] = ClusterRun.Simulate };
    Worker.Run(int.Parse(port, System.Globalization.CultureInfo.InvariantCulture), new WorkerOptions
    {
        AllowUnauthenticated = true,
        ReportedVersion = version == "-" ? null : version,
        Functions = functions,
        Runtime = new RuntimeOptions { IntraOpThreads = 1 },
    });
    return 0;
}

if (args is ["stack", string nested])
{
    StackLimit.Find(nested);
    return 0;
}

Dictionary<string, Action> measurements = new(StringComparer.Ordinal)
{
    ["evaluations"] = Memory.OfEvaluations,
    ["undisposed"] = Memory.OfUndisposedTensors,
    ["eager"] = Memory.OfEagerOps,
    ["strings"] = Memory.OfStrings,
    ["failed"] = Memory.OfFailedOps,
    ["functions"] = Memory.OfFunctions,
    ["models"] = Memory.OfModels,
    ["training"] = Memory.OfTraining,
    ["pairs"] = () => Memory.OfPairs(60, 200_000),
};
if (args is ["memory", string what] && measurements.TryGetValue(what, out Action? measure))
{
    measure();
    return 0;
}

if (args is not ["model" or "weights", _, ..])
{
    string names = string.Join('|', measurements.Keys);
    Console.Error.WriteLine(
        "usage: model FILE... | weights FILE... | checkpoint FILE ITERATIONS | fit FOLDER EPOCHS | cluster WORKERS NAME=VALUE... | "
            + $"worker PORT VERSION | stack FILE | memory {names}");
    return 64;
}

foreach (string path in args[1..])
    Console.WriteLine($"code {(args[0] == "model" ? LoadModel(path) : LoadWeights(path))}");
return 0;

static int LoadModel(string path)
{
    try
    {
        using Model loaded = Model.Load(path);
        Print(loaded.LoadReport!, loaded);
        return 0;
    }
    catch (TfLbfgsException e)
    {
        return Refuse(e);
    }
}

static int LoadWeights(string path)
{
    using Sequential model = new(DType.Float64) { new InputLayer([3]), new Dense(4, "tanh"), new Dense(4, "tanh"), new Dense(2) };
    double[][] before = model.GetWeights();
    try
    {
        Print(model.LoadWeights(path), model);
        return 0;
    }
    catch (TfLbfgsException e)
    {
        bool isChanged = !before.SelectMany(w => w).SequenceEqual(model.GetWeights().SelectMany(w => w));
        return isChanged ? 3 : Refuse(e);
    }
}

static void Print(LoadReport report, Model model)
{
    Console.WriteLine(report);
    Console.WriteLine("values: "
        + string.Join(' ', model.GetWeights().SelectMany(w => w)
        .Select(v => v.ToString("R", System.Globalization.CultureInfo.InvariantCulture))));
}

static int Refuse(TfLbfgsException e)
{
    Console.WriteLine(e.Message);
    return 2;
}

static void RunFit(string folder, int epochs)
{
    using Tensor x = Tensor.From(new double[,] { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 }, { 2, 1 } });
    using Tensor y = Tensor.From(new double[,] { { 0 }, { 1 }, { 1 }, { 2 }, { 3 } });
    using Sequential model = new(DType.Float64) { new InputLayer([2]), new Dense(8, "tanh"), new Dense(1) };
    model.Build();
    model.SetWeights([.. model.GetWeights().Select((w, i) => w.Select((_, j) => Math.Sin((5 * i) + j)).ToArray())]);
    model.Compile(new Adam(0.01), "mse");
    LambdaCallback slow = new()
    {
        EpochEnd = (epoch, _) =>
        {
            Console.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"epoch {epoch}"));
            Thread.Sleep(20);
        },
    };
    model.Fit(x, y, new FitOptions { Epochs = epochs, BatchSize = 2, Seed = 5, Callbacks = [slow, new BackupAndRestore(folder)] });
    double[] weights = [.. model.GetWeights().SelectMany(w => w)];
    Console.WriteLine($"bits {Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(weights.AsSpan()))}");
}

static void RunWithCheckpoints(string file, int iterations)
{
    using Tensor start = Tensor.Fill([40], -1.2, DType.Float64);
    LbfgsOptions options = new()
    {
        MaxIterations = iterations,
        GradientTolerance = 0,
        Checkpoint = new Checkpoint(file) { Interval = 5, Resume = true },
        Callback = progress =>
        {
            Console.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"iteration {progress.Iteration}"));
            Thread.Sleep(10);
            return LbfgsAction.Continue;
        },
    };
    using LbfgsResult result = Lbfgs.Minimize(ChainedRosenbrock, start, options);
    Console.WriteLine(
        $"bits {Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(result.Position.ToArray<double>().AsSpan()))}");
}

static Tensor ChainedRosenbrock(Tensor x)
{
    Tensor a = x[TensorIndex.Slice(0, -1)];
    Tensor b = x[TensorIndex.Slice(1, null)];
    return Tf.ReduceSum(100.0 * Tf.Square(b - a * a) + Tf.Square(1.0 - a));
}
