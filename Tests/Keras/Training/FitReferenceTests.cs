using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Callbacks;
using TfLbfgs.Keras.Losses;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Keras.Serialization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Training;

/// <summary>Runs of fit, evaluate and predict, number by number, against every file of <c>keras/fit</c>.</summary>
public class FitReferenceTests : LeakChecked
{
    [Theory]
    [Trait("Category", "Reference")]
    [InlineData("k2", KerasGeneration.Keras2)]
    [InlineData("k3", KerasGeneration.Keras3)]
    public void Fit_EveryRunOfTheFile_GivesKerassHistoryAndWeights(string flavour, KerasGeneration generation)
    {
        JsonElement data = KerasReference.Read("fit", $"{flavour}_fit.json");
        ReferenceReport report = new($"keras/fit/{flavour}_fit");
        foreach (JsonElement entry in data.GetProperty("entries").EnumerateArray())
            report.Check(entry.GetProperty("name").GetString()!, () => Check(data, entry, generation));
        report.Finish();
    }

    private static void Check(JsonElement data, JsonElement entry, KerasGeneration generation)
    {
        DType before = KerasConfig.FloatX;
        KerasConfig.FloatX = DType.Float64;
        try
        {
            Run(data, entry, generation);
        }
        finally
        {
            KerasConfig.FloatX = before;
        }
    }

    private static void Run(JsonElement data, JsonElement entry, KerasGeneration generation)
    {
        using TensorScope scope = new();
        using Model model = Model.FromJson(entry.GetProperty("config").GetRawText());
        model.SetWeights([.. entry.GetProperty("weights").EnumerateArray().Select(KerasReference.Numbers)]);
        JsonElement compile = entry.GetProperty("compile"), fit = entry.GetProperty("fit");
        model.Compile(OptimizerOf(compile.GetProperty("optimizer").GetString()!, generation), Options(compile, generation));
        Tensor x = KerasReference.ToTensor(data.GetProperty("x")), y = KerasReference.ToTensor(data.GetProperty("y")),
            labels = KerasReference.ToTensor(data.GetProperty("labels"));
        Tensor[] targets = entry.GetProperty("target").GetString() switch
        {
            "labels" => [labels],
            "both" => [y, labels],
            _ => [y],
        };
        Tensor[]? weights = entry.GetProperty("weighted").GetBoolean()
            ? [KerasReference.ToTensor(data.GetProperty("sample_weight"))]
            : null;
        using TrainingData training = new([x], targets, weights);
        Tensor validX = KerasReference.ToTensor(data.GetProperty("validation_x")),
            validY = KerasReference.ToTensor(data.GetProperty("validation_y"));
        using TrainingData validation = new(validX, validY);
        History history = model.Fit(training, new FitOptions
        {
            BatchSize = fit.GetProperty("batch_size").GetInt32(),
            Epochs = fit.GetProperty("epochs").GetInt32(),
            Shuffle = false,
            ValidationData = fit.TryGetProperty("validation_data", out _) ? validation : null,
            ValidationSplit = fit.TryGetProperty("validation_split", out JsonElement split) ? split.GetDouble() : 0,
            ValidationFrequency = fit.TryGetProperty("validation_freq", out JsonElement frequency) ? frequency.GetInt32() : 1,
            ClassWeights = fit.TryGetProperty("class_weight", out JsonElement classes)
                ? classes.EnumerateObject().ToDictionary(c => int.Parse(c.Name), c => c.Value.GetDouble())
                : null,
            Callbacks = [.. entry.GetProperty("callbacks").EnumerateObject().Select(CallbackOf)],
        });
        foreach (JsonProperty expected in entry.GetProperty("history").EnumerateObject())
        {
            double[] received = [.. history[expected.Name == "lr" ? "learning_rate" : expected.Name].Where(value => !double.IsNaN(value))];
            KerasReference.AssertClose([.. expected.Value.EnumerateArray().Select(v => v.GetDouble())], received, 1e-8);
        }

        Assert.Equal(entry.GetProperty("history").EnumerateObject().Count(), history.Names.Count);
        TrainingLogs evaluated = model.Evaluate(training, batchSize: 5);
        foreach (JsonProperty expected in entry.GetProperty("evaluate").EnumerateObject())
            KerasReference.AssertClose([expected.Value.GetDouble()], [evaluated[expected.Name]], 1e-8);
        double[][] final = model.GetWeights();
        JsonElement[] arrays = [.. entry.GetProperty("final").EnumerateArray()];
        Assert.Equal(arrays.Length, final.Length);
        for (int i = 0; i < final.Length; i++)
            KerasReference.AssertClose(KerasReference.Numbers(arrays[i]), final[i], 1e-8);
        Tensor[] predictions = model.Predict([validX], batchSize: 3);
        foreach ((JsonElement expected, Tensor received) in entry.GetProperty("predictions").EnumerateArray().Zip(predictions))
            KerasReference.AssertClose(expected, received, 1e-8);
    }

    private static Optimizer OptimizerOf(string name, KerasGeneration generation) => KerasRegistry.Create<Optimizer>(name, generation);

    private static CompileOptions Options(JsonElement compile, KerasGeneration generation)
    {
        PerOutput<Loss?> losses = [];
        PerOutput<IReadOnlyList<MetricSpec>?> metrics = [], weighted = [];
        PerOutput<double>? weights = null;
        Loss LossOf(JsonElement name) => KerasRegistry.Create<Loss>(name.GetString()!, generation);
        MetricSpec[] MetricsOf(JsonElement names) => [.. names.EnumerateArray().Select(name => (MetricSpec)name.GetString()!)];
        if (compile.GetProperty("loss").ValueKind == JsonValueKind.String)
        {
            losses.Add(LossOf(compile.GetProperty("loss")));
            metrics.Add(MetricsOf(compile.GetProperty("metrics")));
            weighted.Add(compile.TryGetProperty("weighted_metrics", out JsonElement names) ? MetricsOf(names) : null);
        }
        else
        {
            foreach (JsonProperty loss in compile.GetProperty("loss").EnumerateObject())
                losses[loss.Name] = LossOf(loss.Value);
            foreach (JsonProperty metric in compile.GetProperty("metrics").EnumerateObject())
                metrics[metric.Name] = MetricsOf(metric.Value);
            weights = [];
            foreach (JsonProperty weight in compile.GetProperty("loss_weights").EnumerateObject())
                weights[weight.Name] = weight.Value.GetDouble();
        }

        return new CompileOptions { Losses = losses, Metrics = metrics, WeightedMetrics = weighted, LossWeights = weights };
    }

    private static Callback CallbackOf(JsonProperty callback)
    {
        JsonElement arguments = callback.Value;
        string monitor = arguments.GetProperty("monitor").GetString()!;
        return callback.Name == "EarlyStopping"
            ? new EarlyStopping(monitor)
            {
                Patience = arguments.GetProperty("patience").GetInt32(),
                MinimumChange = arguments.GetProperty("min_delta").GetDouble(),
                RestoreBestWeights = arguments.GetProperty("restore_best_weights").GetBoolean(),
            }
            : new ReduceLROnPlateau(monitor)
            {
                Factor = arguments.GetProperty("factor").GetDouble(),
                Patience = arguments.GetProperty("patience").GetInt32(),
                MinimumChange = arguments.GetProperty("min_delta").GetDouble(),
            };
    }
}
