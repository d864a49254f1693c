using TfLbfgs.Gradients;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Callbacks;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Training;

public class LbfgsOptimizerTests : LeakChecked
{
    private readonly Tensor _x;
    private readonly Tensor _y;

    public LbfgsOptimizerTests()
    {
        double[] points = [.. Enumerable.Range(0, 40).Select(i => (i - 20) / 10.0)];
        _x = Tensor.From<double>(points, Shape.Create([40, 1]));
        _y = Tensor.From<double>(Array.ConvertAll(points, Math.Sin), Shape.Create([40, 1]));
    }

    [Fact]
    public void Fit_ByLbfgs_IsTheMinimizerStepByStep()
    {
        using Sequential model = NewModel(), other = NewModel();
        other.SetWeights(model.GetWeights());
        LbfgsOptimizer lbfgs = new(new LbfgsOptions { MaxIterations = 15 });
        model.Compile(lbfgs, "mse");
        History history = model.Fit(_x, _y, epochs: 100);
        using ModelObjective objective = new(other, "mse", _x, _y);
        using LbfgsResult result = Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = 15 });
        Assert.Equal(15, history.Epochs.Count);
        KerasReference.AssertClose([.. result.History.Skip(1).Select(p => p.Loss)], [.. history["loss"]], 1e-12);
        KerasReference.AssertClose([.. other.GetWeights().SelectMany(w => w)], [.. model.GetWeights().SelectMany(w => w)], 1e-12);
        Assert.Equal(15, lbfgs.Result!.Iterations);
        Assert.Equal(lbfgs.Result.Message, history.StopReason);
    }

    [Fact]
    public void Fit_ByLbfgs_EndsAfterTheEpochsThatAreAsked()
    {
        using Sequential model = NewModel();
        model.Compile("lbfgs", "mse", ["mae"]);
        History history = model.Fit(_x, _y, new FitOptions { Epochs = 4, ValidationData = (_x, _y) });
        Assert.Equal(["loss", "mae", "val_loss", "val_mae"], history.Names);
        Assert.Equal(4, history.Epochs.Count);
        KerasReference.AssertClose([.. history["loss"]], [.. history["val_loss"]], 1e-12);
        KerasReference.AssertClose([.. history["mae"]], [.. history["val_mae"]], 1e-12);
    }

    [Fact]
    public void Fit_InSlices_GivesTheLossesOfOnePass()
    {
        double[] Losses(int? rows)
        {
            using Sequential model = NewModel();
            model.Compile("lbfgs", "mse");
            return [.. model.Fit(_x, _y, new FitOptions { Epochs = 5, BatchSize = rows })["loss"]];
        }

        KerasReference.AssertClose(Losses(null), Losses(16), 1e-9);
        using Sequential model = NewModel();
        model.Compile("lbfgs", "mse");
        string remark = Assert.Single(model.Fit(_x, _y, epochs: 1, batchSize: 16).Remarks);
        Assert.Contains("40 rows in 3 slices of 16", remark, StringComparison.Ordinal);
    }

    [Fact]
    public void ModelCheckpoint_WithLbfgs_WritesWhileItRuns()
    {
        using ScratchFolder folder = new();
        using Sequential model = NewModel();
        model.Compile("lbfgs", "mse");
        List<bool> isThere = [];
        model.Fit((_x, _y), new FitOptions
        {
            Epochs = 3,
            Callbacks =
            [
                new ModelCheckpoint(folder.File("best.weights.h5")) { MonitoredLog = "loss", SaveBestOnly = true, SaveWeightsOnly = true },
                new CSVLogger(folder.File("log.csv")),
                new LambdaCallback { EpochEnd = (_, _) => isThere.Add(File.Exists(folder.File("best.weights.h5"))) },
            ],
        });
        Assert.Equal([true, true, true], isThere);
        Assert.Equal(4, File.ReadAllLines(folder.File("log.csv")).Length);
        using Sequential other = NewModel();
        other.LoadWeights(folder.File("best.weights.h5"));
        Assert.Equal(model.GetWeights(), other.GetWeights());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Fit_WithResampling_GoesOnFromThePointOnOtherData(bool keepPairs)
    {
        using Sequential model = NewModel();
        LbfgsOptimizer lbfgs = new(new LbfgsOptions { MaxIterations = 12 });
        model.Compile(lbfgs, "mse");
        List<double> measured = [];
        History history = model.Fit((_x, _y), new FitOptions
        {
            Epochs = 30,
            Resampling = new Resampling(5, Points) { KeepPairs = keepPairs },
            Callbacks = [new LambdaCallback { EpochEnd = (_, _) => measured.Add(model.Evaluate(_x, _y, batchSize: 40)["loss"]) }],
        });
        Assert.Equal(12, history.Epochs.Count);
        Assert.Equal(["epoch 5: other data of 40 rows", "epoch 10: other data of 40 rows"], history.Remarks);
        Assert.True(history["loss"][^1] < 0.2 * history["loss"][0], string.Join(" ", history["loss"]));
        Assert.Equal(measured[..5], [.. history["loss"].Take(5)], (a, b) => Math.Abs(a - b) < 1e-9);
        // Later losses are those of other points.
        Assert.True(Math.Abs(measured[6] - history["loss"][6]) > 1e-9);
        Assert.Equal(0, lbfgs.Result!.FailedSearches);
        Assert.Equal(keepPairs ? 12 : 2, lbfgs.Result.Iterations);

        TrainingData Points(int epoch)
        {
            double[] points = [.. Enumerable.Range(0, 40).Select(i => ((i - 20) / 10.0) + (0.01 * epoch))];
            return TrainingData.From<double>(points, Shape.Create([40, 1]), Array.ConvertAll(points, Math.Sin), Shape.Create([40, 1]));
        }
    }

    [Fact]
    public void Fit_BySteps_WithResampling_TakesTheNewData()
    {
        using Sequential model = NewModel();
        model.Compile(new Adam(0.01), "mse");
        List<int> drawn = [];
        model.Fit((_x, _y), new FitOptions
        {
            Epochs = 7,
            BatchSize = 8,
            Resampling = new Resampling(3, epoch =>
            {
                drawn.Add(epoch);
                return (_x, _y);
            }),
        });
        Assert.Equal([3, 6], drawn);
        Assert.Equal(35, model.Optimizer!.Iterations);
        Assert.Equal(1, model.TrainTraceCount);
    }

    [Fact]
    public void Callbacks_WithLbfgs_AreCalledAsWithAdamAndOneStepAnEpoch()
    {
        List<string> Calls(TrainingMethod method)
        {
            using Sequential model = NewModel();
            model.Compile(method, "mse");
            List<string> calls = [];
            LambdaCallback recorder = new()
            {
                TrainBegin = () => calls.Add("train begin"),
                TrainEnd = _ => calls.Add("train end"),
                EpochBegin = epoch => calls.Add($"epoch begin {epoch}"),
                EpochEnd = (epoch, logs) => calls.Add($"epoch end {epoch} {string.Join(' ', logs.Names)}"),
                TrainBatchBegin = batch => calls.Add($"batch begin {batch}"),
                TrainBatchEnd = (batch, logs) => calls.Add($"batch end {batch} {string.Join(' ', logs.Names)}"),
            };
            model.Fit(_x, _y, new FitOptions { Epochs = 3, BatchSize = 40, ValidationData = (_x, _y), Callbacks = [recorder] });
            return calls;
        }

        Assert.Equal(Calls("adam"), Calls("lbfgs"));
    }

    [Fact]
    public void EarlyStopping_WithLbfgs_RestoresTheBestWeights()
    {
        using Sequential model = NewModel();
        model.Compile("lbfgs", "mse");
        using Tensor shifted = _y + 0.05;
        EarlyStopping stopping = new() { Patience = 2, RestoreBestWeights = true };
        History history = model.Fit(_x, _y, new FitOptions { Epochs = 200, ValidationData = (_x, shifted), Callbacks = [stopping] });
        Assert.NotNull(stopping.StoppedEpoch);
        Assert.Contains("EarlyStopping", history.StopReason, StringComparison.Ordinal);
        Assert.Equal(history["val_loss"].Min(), model.Evaluate(_x, shifted, batchSize: 40)["loss"], 12);
    }

    [Fact]
    public void Sequence_OfAdamAndLbfgs_CountsEpochsThrough()
    {
        using Sequential model = NewModel();
        OptimizerSequence sequence = new(new Adam(0.01).For(epochs: 6), new LbfgsOptimizer());
        model.Compile(sequence, "mse");
        History history = model.Fit(_x, _y, new FitOptions { Epochs = 10, BatchSize = 40, Shuffle = false });
        Assert.Equal(Enumerable.Range(0, 10), history.Epochs);
        Assert.Equal([.. Enumerable.Repeat("adam", 6), .. Enumerable.Repeat("lbfgs", 4)], history.Optimizers);
        Assert.Equal(["epoch 6: adam ended after 6 epochs"], sequence.Switches);
        Assert.True(history["loss"][9] < history["loss"][5]);
    }

    [Fact]
    public void Sequence_WithATarget_SwitchesWhenItIsReached()
    {
        using Sequential model = NewModel();
        OptimizerSequence sequence = new(new SGD(0.05).For(target: 0.3), new Adam(0.01).For(plateau: 3, epochs: 4), new LbfgsOptimizer());
        model.Compile(sequence, "mse");
        History history = model.Fit(_x, _y, new FitOptions { Epochs = 60, BatchSize = 40 });
        int first = history.Optimizers.TakeWhile(name => name == "sgd").Count();
        Assert.True(history["loss"][first - 1] <= 0.3 && history["loss"].Take(first - 1).All(loss => loss > 0.3));
        Assert.Equal(4, history.Optimizers.Count(name => name == "adam"));
        Assert.Contains("lbfgs", history.Optimizers);
    }

    [Fact]
    public void Fit_OfBatches_IsRefusedWithTheReason()
    {
        using Sequential model = NewModel();
        model.Compile("lbfgs", "mse");
        Assert.Contains("line search", Assert.Throws<TfLbfgsException>(() => model.Fit(TrainingData.FromBatches([]))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("lbfgs")]
    public void Terms_OfTheLoss_AreInTheLogs(string method)
    {
        using Terms model = new();
        model.Compile(method, new CompileOptions());
        History history = model.Fit(_x, _y, new FitOptions { Epochs = 3, BatchSize = 40, Callbacks = [new TerminateOnNaN()] });
        Assert.Equal(["loss", "data", "slope"], history.Names);
        for (int i = 0; i < 3; i++)
            Assert.Equal(history["loss"][i], history["data"][i] + history["slope"][i], 10);
    }

    [Fact]
    public void Refine_OfAFloat32Model_RefinesInFloat64AndLeavesFrozenLayers()
    {
        using Sequential model = new(DType.Float32) { new InputLayer([1]), new Dense(8, "tanh", name: "hidden"),
            new Dense(1, name: "out") };
        model.Build();
        using Tensor x = RawOps.Cast(_x, DType.Float32), y = RawOps.Cast(_y, DType.Float32);
        double[][] before = model.GetWeights();
        RefineReport report = model.Refine(x, y, "mse",
            new RefineOptions { FrozenLayers = ["hidden"], Lbfgs = new LbfgsOptions { MaxIterations = 30 } });
        Assert.True(report.LossAfter < 0.5 * report.LossBefore, report.ToString());
        Assert.Equal(before[0], model.GetWeights()[0]);
        Assert.Equal(["out/kernel", "out/bias"], report.Changes.Select(change => change.Variable));
        Assert.True(model.Layers[0].Trainable);
        Assert.Contains("hiden",
            Assert.Throws<TfLbfgsException>(() => model.Refine(x, y, "mse", new RefineOptions { FrozenLayers = ["hiden"] })).Message,
            StringComparison.Ordinal);
    }

    protected override void Dispose(bool disposing)
    {
        _x.Dispose();
        _y.Dispose();
        base.Dispose(disposing);
    }

    private static Sequential NewModel()
    {
        Sequential model = new(DType.Float64) { new InputLayer([1]), new Dense(6, "tanh"), new Dense(1) };
        model.Build();
        model.SetWeights([.. model.GetWeights().Select((w, i) => w.Select((_, j) => Math.Sin((3 * i) + j + 1)).ToArray())]);
        return model;
    }

    private sealed class Terms() : Model(dtype: DType.Float64)
    {
        private readonly Dense _hidden = new(5, "tanh");
        private readonly Dense _out = new(1);

        protected override Tensor Call(Tensor input, CallContext context) => _out.Call(_hidden.Call(input));

        protected override Tensor ComputeLoss(TrainingBatch batch, ModelOutput output)
        {
            Tensor data = Tf.ReduceMean(RawOps.Square(output.Value - batch.Y));
            using GradientTape tape = new();
            tape.Watch(batch.X);
            Tensor slope = tape.Gradient(Forward([batch.X]).Value, batch.X);
            Tensor penalty = 0.01 * Tf.ReduceMean(RawOps.Square(slope));
            LogTerm("data", data, batch);
            LogTerm("slope", penalty, batch);
            return data + penalty;
        }
    }
}
