using TfLbfgs.Keras;
using TfLbfgs.Keras.Callbacks;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using TfLbfgs.Variables;
using Xunit;

namespace TfLbfgs.Tests.Keras.Training;

/// <summary>
/// What Fit refuses, and that nothing is changed then; how a run ends that callbacks, batches and cancellations interrupt.
/// </summary>
public class FitRefusalTests : LeakChecked
{
    private static readonly string[] Hooks = ["TrainBegin", "EpochBegin", "TrainBatchBegin", "TrainBatchEnd", "EpochEnd", "TrainEnd"];

    private readonly Tensor _x = Tensor.From(new double[,] { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 }, { 2, 1 } });
    private readonly Tensor _y = Tensor.From(new double[,] { { 0 }, { 1 }, { 1 }, { 2 }, { 3 } });

    public static TheoryData<string, string> HooksOfMethods =>
        [
            .. Hooks.Select(hook => new TheoryDataRow<string, string>("sgd", hook)),
            .. Hooks.Where((_, i) => i % 2 == 0).Select(hook => new TheoryDataRow<string, string>("lbfgs", hook)),
        ];

    [Fact]
    public void TrainingData_WithoutInputsOrRows_IsRefused()
    {
        Refused("at least one input", () => new TrainingData([], [_y]));
        using Tensor noX = Tensor.Zeros([0, 2], DType.Float64), noY = Tensor.Zeros([0, 1], DType.Float64);
        Refused("at least 1", () => new TrainingData(noX, noY));
    }

    [Theory]
    [InlineData("x shape", ", 2)")]
    [InlineData("x dtype", "float64")]
    [InlineData("y shape", "targets of the shape of the predictions")]
    [InlineData("weights", "weight")]
    [InlineData("inputs", "1 input")]
    [InlineData("validation shape", ", 2)")]
    [InlineData("validation targets", "targets of the shape of the predictions")]
    public void Fit_DataThatDoNotFit_IsRefusedBeforeACallback(string kind, string expected)
    {
        using TensorScope scope = new();
        using Sequential model = NewModel("sgd");
        double[][] before = model.GetWeights();
        List<string> calls = [];
        Tensor wide = Tensor.Ones([5, 3], DType.Float64), single = Tf.Cast(_x, DType.Float32);
        TrainingData good = (_x, _y);
        (TrainingData training, TrainingData? validation) = kind switch
        {
            "x shape" => ((wide, _y), null),
            "x dtype" => ((single, _y), null),
            "y shape" => ((_x, wide), null),
            "weights" => (new TrainingData(_x, _y, Tensor.Ones([5, 4], DType.Float64)), null),
            "inputs" => (new TrainingData([_x, _x], [_y]), null),
            "validation shape" => (good, (wide, _y)),
            _ => (good, (TrainingData?)(_x, wide)),
        };
        Refused(expected,
            () => model.Fit(training, new FitOptions { Epochs = 2, ValidationData = validation, Callbacks = [new Recorder(calls)] }));
        Assert.Empty(calls);
        Assert.Equal(before, model.GetWeights());
        Assert.Equal(2, model.Fit(good, new FitOptions { Epochs = 2 }).Epochs.Count);
    }

    [Fact]
    public void Fit_LabelsOfAnotherKind_SayWhichLossTakesThem()
    {
        using TensorScope scope = new();
        using Sequential model = new(DType.Float64) { new InputLayer([2]), new Dense(3, "softmax") };
        model.Build();
        Tensor numbers = Tensor.From<int>([0, 1, 2, 1, 0]), oneHot = Tensor.Ones([5, 3], DType.Float64);
        model.Compile("sgd", "categorical_crossentropy");
        Refused("SparseCategoricalCrossentropy", () => model.Fit(_x, numbers));
        model.Compile("sgd", "sparse_categorical_crossentropy");
        Refused("CategoricalCrossentropy", () => model.Fit(_x, oneHot));
        Assert.Single(model.Fit(_x, numbers).Epochs);
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("lbfgs")]
    public void Fit_OneRowAndALargeBatch_Trains(string method)
    {
        using Tensor x = Tensor.Ones([1, 2], DType.Float64), y = Tensor.Ones([1, 1], DType.Float64);
        using Sequential model = NewModel(method);
        double before = model.Evaluate(x, y)["loss"];
        model.Fit(x, y, new FitOptions { Epochs = 2, BatchSize = 100 });
        Assert.True(model.Evaluate(x, y)["loss"] < before);
    }

    [Theory]
    [MemberData(nameof(HooksOfMethods))]
    public void Fit_ACallbackThatThrows_EndsByItsNameAndTrainsAgain(string method, string hook)
    {
        using Sequential model = NewModel(method);
        int calls = 0;
        TrainingCallbackException e = Assert.Throws<TrainingCallbackException>(
            () => model.Fit(_x, _y,
                new FitOptions
                {
                    Epochs = 3,
                    Callbacks =
                [On(hook, () => _ = ++calls == 2 || hook is "TrainBegin" or "TrainEnd" ? throw new InvalidOperationException("no paper")
                : 0)]
                }));
        Assert.Contains($"LambdaCallback.On{hook} failed", e.Message, StringComparison.Ordinal);
        Assert.Contains("no paper", e.Message, StringComparison.Ordinal);
        // What is said of the weights is true: those of an epoch are there once one is over.
        Assert.Equal(model.History!.Epochs.Count > 0, e.Message.Contains("was given the weights of epoch", StringComparison.Ordinal));
        Assert.Equal(2, model.Fit(_x, _y, new FitOptions { Epochs = 2 }).Epochs.Count);
    }

    [Theory]
    [MemberData(nameof(HooksOfMethods))]
    public void Fit_CancelledInACallback_ThrowsUnlessItIsOver(string method, string hook)
    {
        using Sequential model = NewModel(method);
        using CancellationTokenSource source = new();
        void Run() =>
            model.Fit(_x, _y, new FitOptions { Epochs = 3, Callbacks = [On(hook, source.Cancel)], CancellationToken = source.Token });
        if (hook == "TrainEnd")
            Run();
        else
            Assert.Throws<OperationCanceledException>(Run);
        Assert.Equal(2, model.Fit(_x, _y, new FitOptions { Epochs = 2 }).Epochs.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Fit_BatchesThatThrow_EndsByTheirException(int prefetch)
    {
        using Sequential model = NewModel("sgd");
        IEnumerable<TrainingBatch> Batches()
        {
            yield return Batch();
            yield return Batch();
            throw new IOException("gone");
        }

        Assert.Equal("gone", Assert.Throws<IOException>(() => model.Fit(TrainingData.FromBatches(Batches(), prefetch))).Message);
        Assert.Equal(2, model.Optimizer!.Iterations);
    }

    [Fact]
    public void Fit_BatchesThatEndBeforeTheirSteps_SaysSo()
    {
        using Sequential model = NewModel("sgd");
        Queue<int> left = new([1, 2, 3]);
        IEnumerable<TrainingBatch> Once()
        {
            while (left.TryDequeue(out _))
                yield return Batch();
        }

        TfLbfgsException e = Refused("gone through again",
            () => model.Fit(TrainingData.FromBatches(Once()), new FitOptions { Epochs = 2, StepsPerEpoch = 5 }));
        Assert.Contains("epoch 1", e.Message, StringComparison.Ordinal);
        Assert.Equal(["epoch 0: the batches ended after 3 of 5 steps"], model.History!.Remarks);
    }

    [Fact]
    public void Fit_BatchesWithoutEnd_TakesTheStepsOfEachEpoch()
    {
        using Sequential model = NewModel("sgd");
        IEnumerable<TrainingBatch> Endless()
        {
            while (true)
                yield return Batch();
        }

        History history = model.Fit(TrainingData.FromBatches(Endless(), prefetch: 1), new FitOptions
        {
            Epochs = 2,
            StepsPerEpoch = 3,
            ValidationData = TrainingData.FromBatches(Endless()),
            ValidationSteps = 2,
        });
        Assert.Equal(6, model.Optimizer!.Iterations);
        Assert.Equal(["loss", "val_loss"], history.Names);
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("lbfgs")]
    public void Fit_WeightsOfZero_ChangesNothing(string method)
    {
        using Tensor none = Tensor.Zeros([5], DType.Float64);
        using Sequential model = NewModel(method);
        double[][] before = model.GetWeights();
        using TrainingData data = new(_x, _y, none);
        History history = model.Fit(data);
        Assert.Equal(before, model.GetWeights());
        Assert.True(method == "lbfgs" ? history.StopReason is not null : history["loss"][0] == 0);
    }

    [Fact]
    public void Fit_AClassWithoutWeight_CountsOnce()
    {
        double Loss(params (int Class, double Weight)[] weights)
        {
            using Sequential model = NewModel("sgd");
            return model.Fit((_x, _y),
                new FitOptions { BatchSize = 5, ClassWeights = weights.ToDictionary(w => w.Class, w => w.Weight) })["loss"][0];
        }

        Assert.Equal(Loss((0, 1), (1, 1), (2, 3), (3, 1)), Loss((2, 3)), 12);
        using Sequential model = NewModel("sgd");
        Refused("classes from 0 on", () => model.Fit((_x, _y), new FitOptions { ClassWeights = new Dictionary<int, double> { [-1] = 2 } }));
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("lbfgs")]
    public void Fit_NaNInTheData_SaysWhyItEnded(string method)
    {
        using Tensor y = Tensor.From(new double[,] { { 0 }, { double.NaN }, { 1 }, { 2 }, { 3 } });
        using Sequential model = NewModel(method);
        double[][] before = model.GetWeights();
        History history = model.Fit(_x, y, new FitOptions { Epochs = 3, Callbacks = [new TerminateOnNaN()] });
        Assert.Contains(method == "lbfgs" ? "not finite" : "TerminateOnNaN", history.StopReason, StringComparison.OrdinalIgnoreCase);
        if (method != "lbfgs")
            return;
        Assert.Equal(before, model.GetWeights());
        Assert.Contains(history.StopReason!, Assert.Throws<TfLbfgsException>(() => history["loss"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LearningRateScheduler_OfNoNumber_IsRefusedBeforeItsStep()
    {
        using Sequential model = NewModel("sgd");
        List<double[][]> weights = [];
        TrainingCallbackException e = Assert.Throws<TrainingCallbackException>(() => model.Fit(_x, _y, new FitOptions
        {
            Epochs = 3,
            Callbacks = [new LearningRateScheduler((epoch, rate) => epoch == 1 ? double.NaN : rate),
                On("EpochEnd", () => weights.Add(model.GetWeights()))],
        }));
        Assert.Contains("finite learning rate, received NaN", e.Message, StringComparison.Ordinal);
        Assert.Contains("in epoch 1", e.Message, StringComparison.Ordinal);
        Assert.Equal(weights[0], model.GetWeights());
        Refused("finite learning rate", () => new SGD(double.NaN));
    }

    [Fact]
    public void Callbacks_OfTheLearningRate_RefuseLbfgsAloneAndLeaveItInASequence()
    {
        using Sequential model = NewModel("lbfgs");
        foreach (Callback callback in new Callback[] { new ReduceLROnPlateau("loss"), new LearningRateScheduler((_, rate) => rate) })
        {
            double[][] before = model.GetWeights();
            TrainingCallbackException e = Assert.Throws<TrainingCallbackException>(() =>
                model.Fit(_x, _y, new FitOptions { Callbacks = [callback] }));
            Assert.Contains("line search finds the length of each step", e.Message, StringComparison.Ordinal);
            Assert.Equal(before, model.GetWeights());
        }

        model.Compile(new OptimizerSequence(new SGD(0.1).For(epochs: 2), new LbfgsOptimizer()), "mse");
        History history = model.Fit(_x, _y, new FitOptions
        {
            Epochs = 4,
            Callbacks = [new LearningRateScheduler((_, rate) => rate / 2),
                new ReduceLROnPlateau("loss") { Patience = 1, MinimumChange = 100 }],
        });
        Assert.Equal(["sgd", "sgd", "lbfgs", "lbfgs"], history.Optimizers);
        Assert.Equal([0.05, 0.025, double.NaN, double.NaN], history["learning_rate"]);
    }

    [Fact]
    public void Callbacks_OfAFolderThatIsAFile_FailBeforeTheFirstEpoch()
    {
        using ScratchFolder folder = new();
        string file = folder.File("file");
        File.WriteAllText(file, "");
        using Sequential model = NewModel("sgd");
        double[][] before = model.GetWeights();
        foreach (Callback callback in new Callback[] { new TensorBoard(file), new ModelCheckpoint(Path.Combine(file, "best.keras")),
            new BackupAndRestore(file) })
        {
            TrainingCallbackException e = Assert.Throws<TrainingCallbackException>(() =>
                model.Fit(_x, _y, new FitOptions { Callbacks = [callback] }));
            Assert.Contains("OnTrainBegin failed", e.Message, StringComparison.Ordinal);
            Assert.Equal(before, model.GetWeights());
        }
    }

    [Fact]
    public void ModelCheckpoint_ThatCannotWrite_LosesNoWeightsAndNoLogs()
    {
        using ScratchFolder folder = new();
        string taken = folder.File("best.weights.h5");
        Directory.CreateDirectory(taken);
        using Sequential model = NewModel("sgd");
        double[][]? after = null;
        TrainingCallbackException e = Assert.Throws<TrainingCallbackException>(() => model.Fit(_x, _y, new FitOptions
        {
            Epochs = 3,
            Callbacks = [On("EpochEnd", () => after = model.GetWeights()), new ModelCheckpoint(taken) { SaveWeightsOnly = true }],
        }));
        Assert.Contains("ModelCheckpoint.OnEpochEnd failed in epoch 0", e.Message, StringComparison.Ordinal);
        Assert.Equal(after!, model.GetWeights());
        Assert.Empty(model.History!.Epochs);
    }

    [Fact]
    public void Fit_WhileAnotherOneRuns_IsRefused()
    {
        using Sequential model = NewModel("sgd");
        TrainingCallbackException e = Assert.Throws<TrainingCallbackException>(
            () => model.Fit(_x, _y, new FitOptions { Callbacks = [On("EpochEnd", () => model.Fit(_x, _y))] }));
        Assert.Contains("one Fit at a time", e.Message, StringComparison.Ordinal);
        Exception? other = null;
        model.Fit(_x, _y,
            new FitOptions
            {
                Callbacks =
            [On("EpochEnd", () => other = Record.Exception(() => Task.Run(() => model.Fit(_x, _y)).GetAwaiter().GetResult()))]
            });
        Assert.Contains("one Fit at a time", Assert.IsType<TfLbfgsException>(other).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EarlyStopping_OfAValidationThatIsNotThere_SaysWhatToDo()
    {
        using Sequential model = NewModel("sgd");
        TrainingCallbackException e = Assert.Throws<TrainingCallbackException>(() =>
            model.Fit(_x, _y, new FitOptions { Callbacks = [new EarlyStopping()] }));
        Assert.Contains("ValidationData or ValidationSplit, or watch 'loss'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_MoreValidationStepsThanThereAre_HasTheValidationLoss()
    {
        using Sequential model = NewModel("sgd");
        History history = model.Fit(_x, _y, new FitOptions { ValidationData = (_x, _y), ValidationSteps = 10, ValidationBatchSize = 2 });
        Assert.Equal(model.Evaluate(_x, _y)["loss"], history["val_loss"][0], 12);
    }

    [Theory]
    [InlineData("sgd")]
    [InlineData("lbfgs")]
    public void EarlyStopping_WithExtraVariables_RestoresThemWithTheWeights(string method)
    {
        using TensorScope scope = new();
        using Variable shift = new(Tensor.Scalar(0.5), "shift");
        using Sequential model = NewModel(method);
        model.Compile(method, new CompileOptions
        {
            Losses = [Loss.FromFunction((y, p) => Tf.Square(y - p - shift))],
            ExtraVariables = [shift]
        });
        // The logs of the test say that the first epoch was the best one.
        double best = 0;
        LambdaCallback worse = new()
        {
            EpochEnd = (epoch, logs) =>
            {
                logs["chosen"] = epoch;
                best = epoch == 0 ? NumberOf(shift) : best;
            },
        };
        EarlyStopping stopping = new("chosen") { Patience = 2, RestoreBestWeights = true };
        model.Fit(_x, _y, new FitOptions { Epochs = 5, Callbacks = [worse, stopping] });
        Assert.Equal(best, NumberOf(shift));
        Assert.NotEqual(0.5, best);
    }

    [Fact]
    public void BackupAndRestore_OfASequence_GoesOnInItsPartWithItsExtraVariables()
    {
        using ScratchFolder folder = new();
        (History History, double Shift) Run(int failsIn, string name)
        {
            using TensorScope scope = new();
            using Variable shift = new(Tensor.Scalar(0.5), "shift");
            using Sequential model = NewModel("sgd");
            model.Compile(
                new OptimizerSequence(new SGD(0.1).For(epochs: 2), new LbfgsOptimizer(new LbfgsOptions { MemoryLength = 1 })),
                new CompileOptions { Losses = [Loss.FromFunction((y, p) => Tf.Square(y - p - shift))], ExtraVariables = [shift] });
            LambdaCallback interrupt = new() { EpochBegin = epoch => _ = epoch == failsIn ? throw new OperationCanceledException() : 0 };
            FitOptions options = new() { Epochs = 4, Seed = 3, Callbacks = [new BackupAndRestore(folder.File(name)), interrupt] };
            Exception? failure = Record.Exception(() => model.Fit(_x, _y, options));
            Assert.Equal(failsIn >= 0, failure is OperationCanceledException);
            return (model.History!, NumberOf(shift));
        }

        (_, double whole) = Run(-1, "whole");
        Run(2, "broken");
        (History rest, double broken) = Run(-1, "broken");
        Assert.Equal([2, 3], rest.Epochs);
        Assert.Equal(["lbfgs", "lbfgs"], rest.Optimizers);
        Assert.Equal(whole, broken);
        Run(3, "later");
        Assert.Equal(["lbfgs"], Run(-1, "later").History.Optimizers);
    }

    [Fact]
    public void Sequence_FromALaterEpoch_LeavesOutThePartsThatAreOver()
    {
        using Sequential model = NewModel("sgd");
        model.Compile(new OptimizerSequence(new SGD(0.1).For(epochs: 2), new Adam().For(epochs: 3), new LbfgsOptimizer()), "mse");
        Assert.Equal(["sgd", "sgd", "adam", "adam", "adam", "lbfgs"], model.Fit(_x, _y, new FitOptions { Epochs = 6 }).Optimizers);
        Assert.Equal(["adam", "lbfgs"], model.Fit(_x, _y, new FitOptions { InitialEpoch = 4, Epochs = 6 }).Optimizers);
        Assert.Equal(["lbfgs"], model.Fit(_x, _y, new FitOptions { InitialEpoch = 9, Epochs = 10 }).Optimizers);
        Refused("StochasticLbfgs", () => model.Fit(TrainingData.FromBatches([]), new FitOptions { Epochs = 6 }));
    }

    protected override void Dispose(bool disposing)
    {
        _x.Dispose();
        _y.Dispose();
        base.Dispose(disposing);
    }

    private static double NumberOf(Variable variable)
    {
        using Tensor value = variable.Value;
        return value.ToScalar<double>();
    }

    private static TrainingBatch Batch() => new(Tensor.Ones([1, 2], DType.Float64), Tensor.Ones([1, 1], DType.Float64));

    private static TfLbfgsException Refused(string expected, Action action)
    {
        TfLbfgsException e = Assert.ThrowsAny<TfLbfgsException>(action);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        return e;
    }

    private static TfLbfgsException Refused(string expected, Func<object> action) => Refused(expected, () => { action(); });

    private static LambdaCallback On(string hook, Action action) => hook switch
    {
        "TrainBegin" => new LambdaCallback { TrainBegin = action },
        "EpochBegin" => new LambdaCallback { EpochBegin = _ => action() },
        "TrainBatchBegin" => new LambdaCallback { TrainBatchBegin = _ => action() },
        "TrainBatchEnd" => new LambdaCallback { TrainBatchEnd = (_, _) => action() },
        "EpochEnd" => new LambdaCallback { EpochEnd = (_, _) => action() },
        _ => new LambdaCallback { TrainEnd = _ => action() },
    };

    private static Sequential NewModel(string method)
    {
        Sequential model = new(DType.Float64) { new InputLayer([2]), new Dense(1) };
        model.Build();
        model.SetWeights([[0.5, -0.25], [0.1]]);
        model.Compile(method, "mse");
        return model;
    }

    private sealed class Recorder(List<string> calls) : Callback
    {
        public override void OnTrainBegin() => calls.Add("train begin");

        public override void OnAbandoned() => calls.Add("abandoned");
    }
}
