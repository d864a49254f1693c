using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Optimizers;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Keras.Training;

/// <summary>
/// From a saved model by Adam to L-BFGS, in every folder of <c>keras/training</c>: the losses of each step, and the weights.
/// </summary>
public class TrainingReferenceTests : LeakChecked
{
    private const double Tight = 1e-10;

    // Line searches amplify rounding: the iterations after this one are compared by their losses, roughly.
    private const int Exact = 5;

    [Fact]
    [Trait("Category", "Reference")]
    public void Fit_FromSavedWeightsByAdamToLbfgs_GivesTheRecordedLosses()
    {
        foreach (string folder in Directory.GetDirectories(ReferenceRoot.Require("keras", "training")).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(folder);
            JsonElement data = KerasReference.Read("training", name, "training.json");
            ReferenceReport report = new($"keras/training/{name}");
            using Tensor x = KerasReference.ToTensor(data.GetProperty("x")), y = KerasReference.ToTensor(data.GetProperty("y"));
            using Model model = Model.Load(Path.Combine(folder, "start.keras"));
            JsonElement adam = data.GetProperty("adam");
            report.Check("adam", () => CheckAdam(model, data.GetProperty("start"), adam, x, y));
            JsonElement lbfgs = data.GetProperty("lbfgs"), options = lbfgs.GetProperty("options");
            double[][] start = model.GetWeights();
            foreach (JsonElement run in lbfgs.GetProperty("runs").EnumerateArray())
            {
                model.SetWeights(start);
                report.Check($"lbfgs {run.GetProperty("max_iterations")}", () => CheckLbfgs(model, run, options, x, y));
            }

            report.Check("fit by L-BFGS", () =>
            {
                model.SetWeights(start);
                model.Compile("lbfgs", "mse");
                History history = model.Fit(
                    x, y, epochs: lbfgs.GetProperty("runs").EnumerateArray().Max(run => run.GetProperty("max_iterations").GetInt32()));
                Assert.True(history["loss"][^1] <= lbfgs.GetProperty("loss").GetDouble(), $"{history["loss"][^1]}");
            });
            report.Finish();
        }
    }

    private static void CheckAdam(Model model, JsonElement start, JsonElement adam, Tensor x, Tensor y)
    {
        KerasReference.AssertClose(
            KerasReference.Numbers(start.GetProperty("flat_parameters")), [.. model.GetWeights().SelectMany(w => w)], 0);
        double[] losses = [.. adam.GetProperty("losses").EnumerateArray().Select(loss => loss.GetDouble())];
        int steps = adam.GetProperty("steps").GetInt32();
        model.Compile(
            new Adam(adam.GetProperty("learning_rate").GetDouble())
            {
                Beta1 = adam.GetProperty("beta_1").GetDouble(),
                Beta2 = adam.GetProperty("beta_2").GetDouble(),
                Epsilon = adam.GetProperty("epsilon").GetDouble(),
            },
            "mse");
        History history = model.Fit(x, y, new FitOptions { Epochs = steps, BatchSize = (int)x.Shape[0], Shuffle = false });
        KerasReference.AssertClose(losses[..steps], [.. history["loss"]], Tight);
        KerasReference.AssertClose(
            KerasReference.Numbers(adam.GetProperty("flat_parameters")), [.. model.GetWeights().SelectMany(w => w)], 1e-8);
        KerasReference.AssertClose(
            [adam.GetProperty("loss").GetDouble()], [model.Evaluate(x, y, batchSize: (int)x.Shape[0])["loss"]], Tight);
    }

    private static void CheckLbfgs(Model model, JsonElement run, JsonElement options, Tensor x, Tensor y)
    {
        int iterations = run.GetProperty("max_iterations").GetInt32();
        using ModelObjective objective = new(model, "mse", x, y);
        using LbfgsResult result = Lbfgs.Minimize(objective, LbfgsOptions.TfpCompatible with
        {
            MaxIterations = iterations,
            MemoryLength = options.GetProperty("num_correction_pairs").GetInt32(),
            GradientTolerance = options.GetProperty("tolerance").GetDouble(),
        });
        double expected = run.GetProperty("objective_value").GetDouble();
        Assert.Equal(run.GetProperty("iterations").GetInt32(), result.Iterations);
        if (iterations <= Exact)
        {
            Assert.Equal(run.GetProperty("objective_evaluations").GetInt32(), result.Evaluations);
            KerasReference.AssertClose([expected], [result.Loss], 1e-9);
        }
        else
        {
            Assert.InRange(result.Loss, expected / 2, expected * 2);
        }
    }
}
