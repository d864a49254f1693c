using System.Globalization;
using System.Text.Json;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization.Problems;

/// <summary>
/// The first iterates of the default mode on twenty problems, stored: whoever changes the driver sees it in the diff. Later iterates depend
/// on the rounding of the processor.
/// Store anew with <c>TFLBFGS_STORE_TRAJECTORIES=1</c>.
/// </summary>
public sealed class StoredTrajectoryTests : LeakChecked
{
    private const int Iterates = 5;
    private static readonly string File = Path.Combine(Checkout.Root, "Tests", "Optimization", "Problems", "default_trajectories.json");

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    private static readonly string[] Names =
    [
        "quadratic_diagonal_1e2", "quadratic_skewed_1e4", "rosenbrock_2", "chained_rosenbrock_10", "himmelblau_1", "booth",
            "three_hump_camel", "mccormick", "styblinski_tang_10", "tridia_50",
        "log_sum_exp_10", "logistic_regression_6", "poisson_glm_5", "student_t_regression_8", "mgh05_beale", "mgh07_helical_valley",
            "mgh13_powell_singular", "mgh14_wood", "mgh20_watson_6",
        "mgh30_broyden_tridiagonal_50",
    ];

    [Fact]
    public void Tfp1034_FirstIteratesOfTwentyProblems_AreTheStoredOnes()
    {
        Dictionary<string, Trajectory> now = Problem.All.Where(problem => Names.Contains(problem.Name))
            .ToDictionary(problem => problem.Name, Run);
        if (Environment.GetEnvironmentVariable("TFLBFGS_STORE_TRAJECTORIES") == "1")
            System.IO.File.WriteAllText(File, JsonSerializer.Serialize(now, Json) + "\n");
        Dictionary<string, Trajectory> stored =
            JsonSerializer.Deserialize<Dictionary<string, Trajectory>>(System.IO.File.ReadAllText(File), Json)!;
        Assert.Equal(Names.Order(), stored.Keys.Order());
        foreach ((string name, Trajectory expected) in stored)
        {
            Trajectory received = now[name];
            Assert.True(expected.Evaluations.SequenceEqual(received.Evaluations),
                $"{name}: evaluations {Text(received.Evaluations)}, stored {Text(expected.Evaluations)}");
            for (int i = 0; i < expected.Losses.Length; i++)
                Assert.True(Math.Abs(expected.Losses[i] - received.Losses[i]) <= 1e-9 * Math.Max(1, Math.Abs(expected.Losses[i])),
                    $"{name}, iterate {i}: loss {received.Losses[i]:R}, stored {expected.Losses[i]:R}");
        }
    }

    private static Trajectory Run(Problem problem)
    {
        using Tensor start = Tensor.From(problem.Start);
        using LbfgsResult result = Lbfgs.Minimize(problem.Loss, start, new LbfgsOptions { MaxIterations = Iterates });
        return new Trajectory([.. result.History.Select(p => p.Evaluations)], [.. result.History.Select(p => p.Loss)]);
    }

    private static string Text(int[] numbers) => string.Join(", ", numbers.Select(n => n.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Evaluations so far and loss at the start and after each accepted iteration.</summary>
    internal sealed record Trajectory(int[] Evaluations, double[] Losses);
}
