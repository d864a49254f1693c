using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Callbacks;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Saving;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Callbacks;

public class CallbackTests : LeakChecked
{
    private readonly Tensor _x = Tensor.Ones([5, 2], DType.Float64);
    private readonly Tensor _y = Tensor.Ones([5, 1], DType.Float64);

    [Fact]
    [Trait("Category", "Reference")]
    public void Calls_OfFitEvaluateAndPredict_AreThoseOfKeras()
    {
        JsonElement record = KerasReference.Read("fit", "callbacks.json");
        using Sequential model = NewModel();
        model.Compile("adam", "mse");
        Recorder recorder = new();
        string[] Calls(Action action)
        {
            recorder.Calls.Clear();
            action();
            return [.. recorder.Calls];
        }

        string[] Expected(string name) => [.. record.GetProperty(name).EnumerateArray().Select(call => call.GetString()!)];
        Assert.Equal(Expected("fit"),
            Calls(() =>
            model.Fit(_x, _y, new FitOptions { BatchSize = 2, Epochs = 2, ValidationData = (_x, _y), Callbacks = [recorder] })));
        Assert.Equal(Expected("fit without validation"),
            Calls(() => model.Fit(_x, _y, new FitOptions { BatchSize = 3, Callbacks = [recorder] })));
        Assert.Equal(Expected("evaluate"), Calls(() => model.Evaluate((_x, _y), batchSize: 2, callbacks: [recorder])));
        Assert.Equal(Expected("predict"), Calls(() => model.Predict([_x], batchSize: 2, callbacks: [recorder])[0].Dispose()));
        LambdaCallback stop = new() { TrainBatchEnd = (_, _) => model.StopTraining = true };
        Assert.Equal(Expected("fit stopped in a step"),
            Calls(() => model.Fit(_x, _y, new FitOptions { BatchSize = 2, Epochs = 3, Callbacks = [stop, recorder] })));
    }

    [Fact]
    public void Fit_WithACallbackThatFails_EndsAtTheBestEpochAndSaysWhere()
    {
        using Sequential model = NewModel();
        model.Compile(new SGD(1.5), "mse");
        double[][]? best = null;
        double lowest = double.PositiveInfinity;
        LambdaCallback fails = new()
        {
            EpochEnd = (epoch, logs) =>
            {
                if (logs["loss"] < lowest)
                    (lowest, best) = (logs["loss"], model.GetWeights());
                if (epoch == 3)
                    throw new InvalidOperationException("disk full");
            },
        };
        TrainingCallbackException e = Assert.Throws<TrainingCallbackException>(() =>
            model.Fit(_x, _y, new FitOptions { Epochs = 9, Callbacks = [fails] }));
        Assert.Contains("LambdaCallback.OnEpochEnd failed in epoch 3", e.Message, StringComparison.Ordinal);
        Assert.Contains("disk full", e.Message, StringComparison.Ordinal);
        Assert.Equal(best!, model.GetWeights());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void SwapEMAWeights_MeasuresWithTheAveragesAndTrainsWithout(bool onEpoch)
    {
        using Sequential model = NewModel(), plain = NewModel();
        plain.SetWeights(model.GetWeights());
        model.Compile(new SGD(0.1) { UseEma = true, EmaMomentum = 0.5 }, "mse");
        plain.Compile(new SGD(0.1), "mse");
        List<double[]> plainWeights = [];
        History history = plain.Fit(_x, _y,
            new FitOptions
            {
                Epochs = 3,
                BatchSize = 5,
                Callbacks = [new LambdaCallback { EpochEnd = (_, _) => plainWeights.Add([.. plain.GetWeights().SelectMany(w => w)]) }]
            });
        // Keras 3 begins with the value after the first step.
        double[] average = plainWeights[0];
        List<double[]> averages = [average];
        foreach (double[] weights in plainWeights.Skip(1))
            averages.Add(average = [.. average.Zip(weights, (a, w) => (0.5 * a) + (0.5 * w))]);
        List<double[]> measured = [], afterEpoch = [];
        History own = model.Fit(_x, _y, new FitOptions
        {
            Epochs = 3,
            BatchSize = 5,
            ValidationData = (_x, _y),
            Callbacks =
            [
                new SwapEMAWeights { SwapOnEpoch = onEpoch },
                new TestBeginning(() => measured.Add([.. model.GetWeights().SelectMany(w => w)])),
                new LambdaCallback { EpochEnd = (_, _) => afterEpoch.Add([.. model.GetWeights().SelectMany(w => w)]) },
            ],
        });
        KerasReference.AssertClose([.. history["loss"]], [.. own["loss"]], 1e-12);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            KerasReference.AssertClose(averages[epoch], measured[epoch], 1e-12);
            KerasReference.AssertClose(onEpoch ? averages[epoch] : plainWeights[epoch], afterEpoch[epoch], 1e-12);
        }

        KerasReference.AssertClose(averages[2], [.. model.GetWeights().SelectMany(w => w)], 1e-12);
        plain.Compile("sgd", "mse");
        Assert.Contains("UseEma",
            Assert.Throws<TrainingCallbackException>(() =>
            plain.Fit(_x, _y, new FitOptions { ValidationData = (_x, _y), Callbacks = [new SwapEMAWeights()] })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void TerminateOnNaN_OfALossThatIsNone_EndsTraining()
    {
        using Sequential model = NewModel();
        model.Compile(new SGD(1e200), "mse");
        History history = model.Fit(_x, _y, new FitOptions { Epochs = 50, Callbacks = [new TerminateOnNaN()] });
        Assert.True(history.Epochs.Count < 10);
        Assert.Contains("TerminateOnNaN", history.StopReason, StringComparison.Ordinal);
    }

    [Fact]
    public void LearningRateScheduler_AndLogs_HaveTheRates()
    {
        using Sequential model = NewModel();
        model.Compile(new SGD(0.5), "mse");
        History history = model.Fit(_x, _y,
            new FitOptions { Epochs = 3, Callbacks = [new LearningRateScheduler((epoch, rate) => rate / 2)] });
        Assert.Equal([0.25, 0.125, 0.0625], history["learning_rate"]);
    }

    [Fact]
    public void CSVLogger_WritesALineForEachEpoch()
    {
        using ScratchFolder folder = new();
        string path = folder.File("log.csv");
        using Sequential model = NewModel();
        model.Compile("sgd", "mse", ["mae"]);
        History history = model.Fit(_x, _y, new FitOptions
        {
            Epochs = 2,
            ValidationData = (_x, _y),
            ValidationFrequency = 2,
            Callbacks = [new CSVLogger(path)]
        });
        string[] lines = File.ReadAllLines(path);
        Assert.Equal("epoch,loss,mae,val_loss,val_mae", lines[0]);
        Assert.Equal(3, lines.Length);
        Assert.EndsWith("NA,NA", lines[1], StringComparison.Ordinal);
        Assert.Equal(history["loss"][1], double.Parse(lines[2].Split(',')[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void ModelCheckpoint_SaveBestOnly_WritesTheBestModel()
    {
        using ScratchFolder folder = new();
        using Sequential model = NewModel();
        model.Compile(new SGD(0.1), "mse");
        ModelCheckpoint checkpoint = new(folder.File("at-{epoch:02d}-{loss:.2f}.weights.h5"))
        {
            MonitoredLog = "loss",
            SaveBestOnly = true,
            SaveWeightsOnly = true
        };
        History history = model.Fit(_x, _y, new FitOptions { Epochs = 2, Callbacks = [checkpoint] });
        Assert.EndsWith(
            FormattableString.Invariant($"at-02-{history["loss"][1]:F2}.weights.h5"), checkpoint.LastPath, StringComparison.Ordinal);
        double[][] trained = model.GetWeights();
        model.LoadWeights(checkpoint.LastPath!);
        Assert.Equal(trained, model.GetWeights());
    }

    [Fact]
    public void BackupAndRestore_AfterAnInterruption_GivesTheRunWithoutOne()
    {
        using ScratchFolder folder = new();
        double[][] Run(int failsIn, string name)
        {
            using Sequential model = NewModel();
            model.SetWeights([.. model.GetWeights().Select((w, i) => w.Select((_, j) => Math.Sin(i + j)).ToArray())]);
            model.Compile(new Adam(0.05), "mse");
            BackupAndRestore backup = new(folder.File(name));
            LambdaCallback interrupt = new() { EpochBegin = epoch => _ = epoch == failsIn ? throw new OperationCanceledException() : 0 };
            FitOptions options = new() { Epochs = 5, BatchSize = 2, Seed = 3, Callbacks = [backup, interrupt] };
            try
            {
                model.Fit(_x, _y, options);
            }
            catch (OperationCanceledException)
            {
                Assert.True(File.Exists(backup.File));
                return [];
            }

            Assert.False(File.Exists(backup.File));
            return model.GetWeights();
        }

        double[][] whole = Run(-1, "whole");
        Run(3, "broken");
        Assert.Equal(whole, Run(-1, "broken"));
    }

    [Fact]
    public void TensorBoard_WritesAFileForTrainingAndValidation()
    {
        using ScratchFolder folder = new();
        using Sequential model = NewModel();
        model.Compile("sgd", "mse");
        model.Fit(_x, _y,
            new FitOptions
            {
                Epochs = 2,
                ValidationData = (_x, _y),
                Callbacks = [new TensorBoard(folder.File("logs")) { HistogramFrequency = 1, UpdateEverySteps = 1 }]
            });
        Assert.Single(Directory.GetFiles(folder.File("logs/train"), "events.out.tfevents.*"));
        Assert.Single(Directory.GetFiles(folder.File("logs/validation"), "events.out.tfevents.*"));
    }

    [Fact]
    public void EarlyStopping_OfALogThatIsNotThere_NamesThoseThatAre()
    {
        using Sequential model = NewModel();
        model.Compile("sgd", "mse");
        Assert.Contains("loss",
            Assert.Throws<TrainingCallbackException>(() => model.Fit(_x, _y, new FitOptions { Callbacks = [new EarlyStopping("val_los")] }))
            .Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ProgressBar_OnAConsole_DrawsEpochs()
    {
        using StringWriter text = new();
        Spectre.Console.IAnsiConsole console = Spectre.Console.AnsiConsole.Create(
            new Spectre.Console.AnsiConsoleSettings
            {
                Ansi = Spectre.Console.AnsiSupport.No,
                Out = new Spectre.Console.AnsiConsoleOutput(text)
            });
        using Sequential model = NewModel();
        model.Compile("sgd", "mse");
        model.Fit(_x, _y, new FitOptions { Epochs = 2, BatchSize = 2, Callbacks = [new ProgressBar(console)] });
        Assert.Contains("Epoch 2/2", text.ToString(), StringComparison.Ordinal);
        Assert.Contains("3/3 ━━━━━━━━━━━━━━━━━━━━", text.ToString(), StringComparison.Ordinal);
    }

    protected override void Dispose(bool disposing)
    {
        _x.Dispose();
        _y.Dispose();
        base.Dispose(disposing);
    }

    private static Sequential NewModel()
    {
        Sequential model = new(DType.Float64) { new InputLayer([2]), new Dense(3, "tanh"), new Dense(1) };
        model.Build();
        return model;
    }

    private sealed class Recorder : Callback
    {
        public List<string> Calls { get; } = [];

        public override void SetModel(Model model)
        {
            base.SetModel(model);
            Calls.Add("set_model");
        }

        public override void SetParameters(TrainingParameters parameters)
        {
            base.SetParameters(parameters);
            Calls.Add("set_params");
        }

        public override void OnTrainBegin() => Calls.Add("on_train_begin");

        public override void OnTrainEnd(TrainingLogs? logs) => Calls.Add("on_train_end");

        public override void OnEpochBegin(int epoch) => Calls.Add($"on_epoch_begin {epoch}");

        public override void OnEpochEnd(int epoch, TrainingLogs logs) => Calls.Add($"on_epoch_end {epoch}");

        public override void OnTrainBatchBegin(int batch) => Calls.Add($"on_train_batch_begin {batch}");

        public override void OnTrainBatchEnd(int batch, TrainingLogs logs) => Calls.Add($"on_train_batch_end {batch}");

        public override void OnTestBegin() => Calls.Add("on_test_begin");

        public override void OnTestEnd(TrainingLogs logs) => Calls.Add("on_test_end");

        public override void OnTestBatchBegin(int batch) => Calls.Add($"on_test_batch_begin {batch}");

        public override void OnTestBatchEnd(int batch, TrainingLogs logs) => Calls.Add($"on_test_batch_end {batch}");

        public override void OnPredictBegin() => Calls.Add("on_predict_begin");

        public override void OnPredictEnd() => Calls.Add("on_predict_end");

        public override void OnPredictBatchBegin(int batch) => Calls.Add($"on_predict_batch_begin {batch}");

        public override void OnPredictBatchEnd(int batch) => Calls.Add($"on_predict_batch_end {batch}");
    }

    private sealed class TestBeginning(Action begun) : Callback
    {
        public override void OnTestBegin() => begun();
    }
}
