using System.Globalization;
using System.Text.Json;
using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Tfp;

/// <summary>
/// The recipe's own example by tfp's rules: a network of 4,417 parameters, loss by loss as far as rounding lets the two go together. How
/// far
/// that is on this processor, the run shows itself: it parts from its own course, too, when loss and gradient are multiplied by a few units
/// in
/// the last place, which changes nothing but the rounding.
/// </summary>
[Trait("Category", "Reference")]
public sealed class SeedExampleReferenceTests : LeakChecked
{
    private static readonly int[] Units = [1, -1, 3, -3];

    [Theory]
    [InlineData("float64", 1e-6, 60)]
    [InlineData("float32", 1e-2, 30)]
    public void Minimize_TheSeedsExample_FollowsTfpLossByLoss(string dtype, double tolerance, int iterations)
    {
        JsonElement file = Recorded.File($"seed_example_{dtype}.json");
        using TensorScope scope = new();
        Tensor x = Array(file.GetProperty("data").GetProperty("x"), dtype);
        Tensor y = Array(file.GetProperty("data").GetProperty("y"), dtype);
        using Sequential model =
            new(dtype == "float32" ? DType.Float32 : DType.Float64) { new Dense(64, "tanh"), new Dense(64, "tanh"), new Dense(1) };
        using ModelObjective objective = new(model, "mse", x, y);
        objective.Adopt(Array(file.GetProperty("initial_position"), dtype));
        using Tensor start = objective.InitialPosition();
        using LbfgsResult result = Lbfgs.Minimize(objective, LbfgsOptions.TfpCompatible with { MaxIterations = 500 });

        double[] losses = file.Numbers("iteration_loss");
        (int together, int counted) = Together(result, losses, file.Numbers("iteration_evaluations"), tolerance);
        (int Losses, int Counts)[] own = [.. Units.Select(units => TogetherWithItself(units))];
        int leastTogether = Math.Min(iterations, own.Min(pair => pair.Losses) / 2),
            leastCounted = Math.Min(iterations, own.Min(pair => pair.Counts) / 2);
        int identical = result.History.Zip(losses).TakeWhile(pair => pair.First.Loss.Equals(pair.Second)).Count() - 1;
        string line = string.Create(CultureInfo.InvariantCulture,
            $"seed_example_{dtype}: losses within {tolerance:G1} for {together} of {losses.Length - 1} iterations, bit for bit for "
            + $"{identical}, evaluation counts equal for {counted}; tfp ends at {file.Number("final_loss"):G6} after "
            + $"{file.Count("num_iterations")} iterations and {file.Count("num_objective_evaluations")} evaluations (failed: "
            + $"{file.Flags("failed")[0]}), here {result}; with other rounding of its own {string.Join(", ", own)} iterations");
        TestContext.Current.TestOutputHelper?.WriteLine(line);
        ReferenceReport report = new($"lbfgs/seed_example_{dtype}");
        report.Check("initial loss",
            () => Assert.Equal(file.Number("initial_loss"), result.InitialLoss, dtype == "float32" ? 1e-6 : 1e-14));
        report.Check("losses", () => Assert.True(together >= leastTogether, line));
        report.Check("evaluations", () => Assert.True(counted >= leastCounted, line));
        report.Check("reads", () => Assert.True(result.Reads <= result.Evaluations + result.Iterations, line));
        // Where the paths have parted, chance decides which is ahead: both must have come as far as the other within a factor.
        report.Check("final loss", () => Assert.True(result.Loss <= 5 * file.Number("final_loss"), line));
        report.Finish();

        (int Losses, int Counts) TogetherWithItself(int units)
        {
            double scale = 1 + units * Math.ScaleB(1, dtype == "float32" ? -23 : -52);
            using LbfgsResult other = Lbfgs.Minimize(
                position =>
                {
                    (Tensor loss, Tensor gradient) = objective.Evaluate(position, objective.Data);
                    return (loss * scale, gradient * scale);
                },
                start,
                LbfgsOptions.TfpCompatible with { MaxIterations = iterations });
            return Together(result, [.. other.History.Select(p => p.Loss)], [.. other.History.Select(p => (double)p.Evaluations)],
                tolerance);
        }
    }

    /// <summary>For how many iterations the losses of a run and the counts of its evaluations are those of another.</summary>
    private static (int Losses, int Counts) Together(LbfgsResult result, double[] losses, double[] evaluations, double tolerance) => (
        result.History.Zip(losses).TakeWhile(pair => Math.Abs(pair.First.Loss - pair.Second) <= tolerance * pair.Second).Count() - 1,
        result.History.Zip(evaluations).TakeWhile(pair => pair.First.Evaluations == (int)pair.Second).Count() - 1);

    private static Tensor Array(JsonElement array, string dtype) => dtype == "float32"
        ? Tensor.From<float>([.. array.Numbers().Select(value => (float)value)], array.Shape())
        : Tensor.From<double>(array.Numbers(), array.Shape());
}
