using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Optimization;
using TfLbfgs.Parameters;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Native.Loading;
using TfLbfgs.Tests.Optimization;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Keras;

/// <summary>Early stopping and observing of models.</summary>
public sealed class ObservedModelTests : LeakChecked
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ValidateOn_NoisyData_StopsEarlyAndTheModelHoldsTheBestValidationPoint(bool otherReason)
    {
        using TensorScope scope = new();
        (Tensor x, Tensor y) = Noisy(seed: 1);
        (Tensor xv, Tensor yv) = Noisy(seed: 2);
        using Sequential model = Model();
        using ModelObjective objective = new(model, "mse", x, y);
        Validation validation = objective.ValidateOn(xv, yv) with { Patience = otherReason ? null : 10, Interval = 2 };
        using LbfgsResult result =
            Lbfgs.Minimize(objective, new LbfgsOptions { Validation = validation, MaxIterations = otherReason ? 150 : 2000 });
        Assert.Equal(otherReason ? StopReason.IterationLimit : StopReason.NoImprovement, result.Reason);
        Assert.True(result.ValidationIteration < result.Iterations, result.ToString());
        Assert.Equal(result.ValidationLoss!.Value, objective.Measure(xv, yv).Total, 1e-12);
        Assert.Equal(result.Loss, objective.Measure().Total, 1e-12);
        Assert.Equal(result.History.Min(p => p.ValidationLoss), result.ValidationLoss);
        Assert.True(result.Loss > result.History[^1].Loss, "the run did not overfit, so that the test shows nothing");
    }

    [Fact]
    public void ValidateOn_WhileItMeasures_TheModelIsNotWritten()
    {
        using TensorScope scope = new();
        (Tensor x, Tensor y) = Noisy(seed: 1);
        using Sequential model = Model();
        using ModelObjective objective = new(model, "mse", x, y);
        double before = objective.Measure().Total;
        List<double> during = [];
        LbfgsOptions options = new()
        {
            MaxIterations = 5,
            Validation = objective.ValidateOn(x, y),
            Progress = new Recorder<LbfgsProgress>(_ => during.Add(objective.Measure().Total))
        };
        using LbfgsResult result = Lbfgs.Minimize(objective, options);
        Assert.All(during, loss => Assert.Equal(before, loss));
        // On the training data it is the training loss.
        Assert.All(result.History, p => Assert.Equal(p.Loss, p.ValidationLoss!.Value, 1e-12));
        Assert.Throws<TfLbfgsException>(() => objective.ValidateOn(x, y[..3]));
        Assert.ThrowsAny<TfLbfgsException>(() => objective.ValidateOn(x[.., ..0], y));
    }

    [Fact]
    public void ValidateOn_IntegerLabels_IsMeasured()
    {
        using TensorScope scope = new();
        Tensor x = Tensor.From(new double[,] { { 0, 1 }, { 1, 0 }, { 1, 1 }, { 0.5, -1 } });
        Tensor y = Tensor.From([0, 1, 2, 1]);
        using Sequential model = new(DType.Float64) { new Dense(3, "softmax") };
        using ModelObjective objective = new(model, "sparse_categorical_crossentropy", x, y);
        using LbfgsResult result =
            Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = 5, Validation = objective.ValidateOn(x, y) });
        Assert.All(result.History, p => Assert.Equal(p.Loss, p.ValidationLoss!.Value, 1e-12));
    }

    [Fact]
    public void Minimize_CallbackThrows_TheModelHoldsTheBestPoint()
    {
        using TensorScope scope = new();
        (Tensor x, Tensor y) = Noisy(seed: 1);
        using Sequential model = Model();
        using ModelObjective objective = new(model, "mse", x, y);
        double best = 0;
        LbfgsOptions options = new()
        {
            Callback = p =>
            {
                best = p.Loss;
                return p.Iteration == 12 ? throw new InvalidOperationException("enough") : LbfgsAction.Continue;
            },
        };
        Assert.Throws<TfLbfgsException>(() => Lbfgs.Minimize(objective, options));
        Assert.Equal(best, objective.Measure().Total, 1e-12);
    }

    [Fact]
    public void Dx206_ObserverSavesTheModel_AFileEachFewIterations()
    {
        using TemporaryFolder folder = new();
        using TensorScope scope = new();
        (Tensor x, Tensor y) = Noisy(seed: 1);
        using Sequential model = Model();
        using ModelObjective objective = new(model, "mse", x, y);
        using LbfgsResult result =
            Lbfgs.Minimize(objective, new LbfgsOptions { MaxIterations = 10, Observers = [new Saver(objective, folder.Path, every: 4)] });
        Assert.Equal(["at0.h5", "at4.h5", "at8.h5"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        using Model saved = TfLbfgs.Keras.Model.Load(folder.At("at8.h5"));
        using ModelObjective again = new(saved, "mse", x, y);
        Assert.Equal(result.History[8].Loss, again.Measure().Total, 1e-12);
        Assert.Equal(result.Loss, objective.Measure().Total, 1e-12);
    }

    [Fact]
    public void Dx574_InferredParameter_IsSeenByAnObserverWhileItIsFitted()
    {
        // y = exp(-k t): the decay k is a variable of its own beside the amplitude.
        using TensorScope scope = new();
        Tensor t = Tensor.From(Enumerable.Range(0, 20).Select(i => i / 10.0).ToArray());
        Tensor y = 3 * RawOps.Exp(-1.7 * t);
        using Variable amplitude = new(Tensor.Scalar(1.0), "amplitude"), decay = new(Tensor.Scalar(0.5), "decay");
        ParameterLayout layout = ParameterLayout.Of([amplitude, decay]);
        using ParameterVector vector = new(layout, FlattenRoute.Auto);
        DecayWatcher watcher = new(layout, vector);
        using Tensor start = vector.Read([amplitude, decay]);
        using LbfgsResult result = Lbfgs.Minimize(
            p =>
            {
                Tensor[] parts = vector.Split(p);
                Tensor difference = parts[0] * RawOps.Exp(-1 * parts[1] * t) - y;
                return RawOps.Sum(difference * difference, Tensor.From([0]));
            },
            start,
            new LbfgsOptions { Observers = [watcher] });
        Assert.Equal(result.History.Count, watcher.Seen.Count);
        Assert.Equal(0.5, watcher.Seen[0]);
        Assert.Equal(1.7, watcher.Seen[^1], 1e-6);
    }

    private static Sequential Model() => new(DType.Float64)
    {
        new Dense(24, "tanh") { KernelInitializer = new TfLbfgs.Keras.Initializers.GlorotUniform { Seed = 4 } },
        new Dense(1) { KernelInitializer = new TfLbfgs.Keras.Initializers.GlorotUniform { Seed = 5 } },
    };

    /// <summary>A sine at 16 points, with much noise.</summary>
    private static (Tensor X, Tensor Y) Noisy(int seed)
    {
        Random random = new(seed);
        double[,] x = new double[16, 1], y = new double[16, 1];
        for (int i = 0; i < 16; i++)
        {
            x[i, 0] = -2 + i * 0.25;
            y[i, 0] = Math.Sin(2 * x[i, 0]) + 0.6 * (random.NextDouble() - 0.5);
        }

        return (Tensor.From(x), Tensor.From(y));
    }

    private sealed class Saver(ModelObjective objective, string folder, int every) : LbfgsObserver
    {
        public override void OnIteration(LbfgsProgress progress, Tensor position)
        {
            if (progress.Iteration % every != 0)
                return;
            objective.Adopt(position);
            objective.Model.Save(Path.Combine(folder, $"at{progress.Iteration}.h5"));
        }
    }

    private sealed class DecayWatcher(ParameterLayout layout, ParameterVector vector) : LbfgsObserver
    {
        public List<double> Seen { get; } = [];

        public override void OnIteration(LbfgsProgress progress, Tensor position)
        {
            using TensorScope scope = new();
            int index = layout.Slots.ToList().FindIndex(slot => slot.Name == "decay");
            Seen.Add(vector.Split(position)[index].ToScalar<double>());
        }
    }
}
