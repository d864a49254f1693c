using TfLbfgs.Gradients;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Callbacks;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Keras.Training;

public class ModelFittingTests : LeakChecked
{
    private readonly Tensor _x = Tensor.From(new double[,] { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 }, { 2, 1 } });
    private readonly Tensor _y = Tensor.From(new double[,] { { 0 }, { 1 }, { 1 }, { 2 }, { 3 } });

    [Fact]
    public void Fit_ManySteps_TracesOnceForEachSizeAndLearns()
    {
        using Sequential model = NewModel();
        model.Compile(new Adam(0.05), "mse", ["mae"]);
        History history = model.Fit(_x, _y, epochs: 60, batchSize: 2);
        Assert.Equal(60, history.Epochs.Count);
        Assert.True(history["loss"][^1] < 0.05 * history["loss"][0], $"{history["loss"][0]} to {history["loss"][^1]}");
        // Batches of 2, and the last one of 1.
        Assert.Equal(2, model.TrainTraceCount);
        Assert.Equal(["loss", "mae"], model.MetricNames);
        Assert.Equal(180, model.Optimizer!.Iterations);
    }

    [Fact]
    public void Fit_WithASeed_IsRepeatable()
    {
        double[] Losses()
        {
            using Sequential model = NewModel();
            model.SetWeights([.. model.GetWeights().Select((w, i) => w.Select((_, j) => Math.Sin((10 * i) + j)).ToArray())]);
            model.Compile("sgd", "mse");
            return [.. model.Fit(_x, _y, new FitOptions { Epochs = 3, BatchSize = 2, Seed = 7 })["loss"]];
        }

        Assert.Equal(Losses(), Losses());
    }

    [Fact]
    public void Fit_StepsPerEpoch_GoOnThroughTheData()
    {
        using Sequential model = NewModel();
        model.Compile("sgd", "mse");
        History history = model.Fit(_x, _y, new FitOptions { Epochs = 4, BatchSize = 2, StepsPerEpoch = 2 });
        Assert.Equal(4, history.Epochs.Count);
        Assert.Equal(8, model.Optimizer!.Iterations);
    }

    [Fact]
    public void Fit_OfBatches_TakesThemAndFreesThem()
    {
        using Sequential model = NewModel();
        model.Compile("sgd", "mse");
        IEnumerable<TrainingBatch> Batches()
        {
            for (int i = 0; i < 3; i++)
                yield return new TrainingBatch(Tensor.From(new double[,] { { i, 1 } }), Tensor.From(new double[,] { { i + 1 } }));
        }

        async IAsyncEnumerable<TrainingBatch> Later()
        {
            foreach (TrainingBatch batch in Batches())
            {
                await Task.Yield();
                yield return batch;
            }
        }

        model.Fit(TrainingData.FromBatches(Batches()), new FitOptions { Epochs = 2 });
        model.Fit(TrainingData.FromBatches(Later()), new FitOptions { Epochs = 2 });
        Assert.Equal(12, model.Optimizer!.Iterations);
        int thread = Environment.CurrentManagedThreadId;
        HashSet<int> threads = [];
        IEnumerable<TrainingBatch> Noted()
        {
            threads.Add(Environment.CurrentManagedThreadId);
            foreach (TrainingBatch batch in Batches())
                yield return batch;
        }

        model.Fit(TrainingData.FromBatches(Noted(), prefetch: 2), new FitOptions { Epochs = 2 });
        Assert.Equal(18, model.Optimizer.Iterations);
        Assert.DoesNotContain(thread, threads);
    }

    [Fact]
    public void Fit_WithACustomStep_RunsIt()
    {
        using Scaled model = new();
        model.Compile(new SGD(0.1), new CompileOptions());
        History history = model.Fit(_x, _y, epochs: 20, batchSize: 5);
        Assert.Equal(["error"], history.Names);
        Assert.True(history["error"][^1] < history["error"][0]);
    }

    [Fact]
    public void Fit_Compiled_GivesTheTracedLosses()
    {
        double[] Losses(bool compile)
        {
            using Sequential model = NewModel();
            model.SetWeights([.. model.GetWeights().Select((w, i) => w.Select((_, j) => Math.Cos((10 * i) + j)).ToArray())]);
            model.Compile("adam", "mse", compile: compile);
            return [.. model.Fit(_x, _y, new FitOptions { Epochs = 2, Shuffle = false, BatchSize = 5 })["loss"]];
        }

        KerasReference.AssertClose(Losses(false), Losses(true), 1e-12);
    }

    [Fact]
    public void TrainOnBatch_AndTestOnBatch_GatherUntilReset()
    {
        using Sequential model = NewModel();
        model.Compile("sgd", "mse", ["mae"]);
        double first = model.TestOnBatch(_x, _y)["loss"];
        Assert.Equal(first, model.TestOnBatch(_x, _y)["loss"], 12);
        model.ResetMetrics();
        Assert.Equal(first, model.TrainOnBatch(_x, _y)["loss"], 12);
        model.ResetMetrics();
        Assert.True(model.TestOnBatch(_x, _y)["loss"] < first);
        using Tensor predicted = model.PredictOnBatch(_x);
        Assert.Equal([5, 1], predicted.Shape.ToArray());
    }

    [Fact]
    public void Predict_InBatches_GivesThePredictionsOfOnePass()
    {
        using Sequential model = NewModel();
        using Tensor whole = model.Predict(_x), parts = model.Predict(_x, batchSize: 2);
        KerasReference.AssertClose(whole.ToDoubles(), parts.ToDoubles(), 1e-14);
    }

    [Fact]
    public void Fit_WithoutCompile_Throws()
    {
        using Sequential model = NewModel();
        Assert.Contains("Compile", Assert.Throws<TfLbfgsException>(() => model.Fit(_x, _y)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WithOptionsThatCannotBe_Throws()
    {
        using Sequential model = NewModel();
        model.Compile("sgd", "mse");
        Assert.Contains("BatchSize", Assert.Throws<TfLbfgsException>(() => model.Fit(_x, _y, new FitOptions { BatchSize = 0 })).Message,
            StringComparison.Ordinal);
        Assert.Contains("ValidationSplit",
            Assert.Throws<TfLbfgsException>(() => model.Fit(_x, _y, new FitOptions { ValidationSplit = 0.99 })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_Cancelled_EndsAfterTheStep()
    {
        using Sequential model = NewModel();
        model.Compile("sgd", "mse");
        using CancellationTokenSource source = new();
        LambdaCallback stop = new() { TrainBatchEnd = (batch, _) => source.Cancel() };
        Assert.Throws<OperationCanceledException>(() =>
            model.Fit(_x, _y, new FitOptions { Epochs = 5, BatchSize = 2, Callbacks = [stop], CancellationToken = source.Token }));
        Assert.Equal(1, model.Optimizer!.Iterations);
    }

    [Fact]
    public void Fit_WithAnExtraVariable_TrainsIt()
    {
        using Tensor start = Tensor.Scalar(0.0);
        using Variable shift = new(start, "shift");
        using Sequential model = NewModel();
        model.Compile(new SGD(0.1), new CompileOptions
        {
            Losses = [Loss.FromFunction((y, p) => RawOps.Square(y - p - shift))],
            ExtraVariables = [shift]
        });
        model.Fit(_x, _y, epochs: 3, batchSize: 5);
        using Tensor value = shift.Value;
        Assert.NotEqual(0, value.ToDouble());
    }

    [Fact]
    public void Fit_ThousandsOfSteps_LeavesNoHandles()
    {
        using Sequential model = NewModel();
        model.Compile("sgd", "mse");
        model.Fit(_x, _y, epochs: 2, batchSize: 1);
        long before = LiveHandles.Snapshot().Values.Sum();
        model.Fit(_x, _y, epochs: 200, batchSize: 1);
        Assert.Equal(before, LiveHandles.Snapshot().Values.Sum());
    }

    protected override void Dispose(bool disposing)
    {
        _x.Dispose();
        _y.Dispose();
        base.Dispose(disposing);
    }

    private static Sequential NewModel()
    {
        Sequential model = new(DType.Float64) { new InputLayer([2]), new Dense(8, "tanh"), new Dense(1) };
        model.Build();
        return model;
    }

    private sealed class Scaled() : Model(dtype: DType.Float64)
    {
        private readonly Dense _dense = new(1);

        protected override Tensor Call(Tensor input, CallContext context) => _dense.Call(input);

        protected override IReadOnlyList<(string Name, Tensor Value)> TrainStep(TrainingBatch batch)
        {
            using GradientTape tape = new();
            ModelOutput output = Forward(batch.Inputs, training: true);
            Tensor error = Tf.ReduceMean(RawOps.Abs(output.Value - batch.Y));
            ApplyGradients(tape, error);
            return [("error", error)];
        }
    }
}
