using TfLbfgs.Keras;
using TfLbfgs.Keras.Layers;
using TfLbfgs.Optimization;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;
using TfLbfgs.Tests.Optimization.Problems;
using TfLbfgs.Tests.Support;
using Xunit;

namespace TfLbfgs.Tests.Optimization;

public sealed class ScaleExperiment : LeakChecked
{
    [Fact]
    public void Run()
    {
        List<string> log = [];
        foreach ((double a, double b) in new[] { (1e6, 1e-6), (1e-6, 1e6), (1e-12, 1e-12), (1e12, 1e12) })
        {
            using TensorScope scope = new();
            Tensor s = Tensor.From([a, b]);
            using LbfgsResult r = Lbfgs.Minimize(x => Algebra.Square(1 - (x * s)[0]) + 100 * Algebra.Square((x * s)[1] - Algebra.Square((x * s)[0])), Tensor.From([-1.2, 1.0]) / s, new LbfgsOptions { BlockScaling = BlockScaling.Automatic });
            log.Add($"{a} {b}: {r}");
        }

        foreach (int seed in new[] { 1, 2, 3 })
        {
            (Tensor x, Tensor y) = TfLbfgs.Tests.Keras.ModelObjectiveTests.Paraboloid();
            using (x)
            using (y)
            using (Sequential model = new(DType.Float64) { new Dense(20, "tanh"), new Dense(20, "tanh"), new Dense(1) })
            using (ModelObjective objective = new(model, "mse", x, y))
            using (Tensor start = objective.InitialPosition())
            {
                foreach (BlockScaling? b in new[] { null, BlockScaling.Automatic, BlockScaling.AutomaticPerParameter })
                {
                    using LbfgsResult r = Lbfgs.Minimize(objective, start, new LbfgsOptions { BlockScaling = b, MaxEvaluations = 400 });
                    log.Add($"mlp {seed} {b?.Description}: {r.Loss:G4} {r.Reason} {r.History.LastOrDefault(h => h.Evaluations <= 100)?.Loss:G4}");
                }
            }
        }

        foreach (double spread in new[] { 0.0, 3.0, 6 })
        {
            Dictionary<string, int> reference = [];
            foreach (BlockScaling? scaling in new[] { null, BlockScaling.Automatic })
            {
                int solved = 0;
                List<double> ratios = [];
                List<string> lost = [];
                foreach (Problem problem in Problem.All.Where(p => p.Start.Length <= 100))
                {
                    using TensorScope scope = new();
                    Random random = new(7);
                    Tensor c = Tensor.From([.. problem.Start.Select(_ => Math.Pow(10, spread * (2 * random.NextDouble() - 1)))]);
                    LbfgsOptions options = new() { MaxIterations = 2000, MaxEvaluations = 3000, GradientTolerance = 0, BlockScaling = scaling };
                    double[] minima = problem.Name == "mgh10_meyer" ? [87.94585517042] : problem.Minima;
                    using LbfgsResult whole = Lbfgs.Minimize(z => problem.Loss(z * c), Tensor.From(problem.Start) / c, options);
                    int index = minima.Select(problem.Threshold).ToList().FindIndex(t => whole.Loss <= t);
                    if (index < 0)
                    {
                        lost.Add(problem.Name);
                        continue;
                    }

                    solved++;
                    using LbfgsResult r = Lbfgs.Minimize(z => problem.Loss(z * c), Tensor.From(problem.Start) / c, options with { TargetLoss = problem.Threshold(minima[index]) });
                    string key = $"{problem.Name} {index}";
                    if (scaling is null)
                        reference[key] = r.Evaluations;
                    else if (reference.TryGetValue(key, out int e))
                        ratios.Add((double)r.Evaluations / e);
                }

                log.Add($"spread {spread} {scaling?.Description}: solved {solved} of {Problem.All.Count(p => p.Start.Length <= 100)}, GM ratio {(ratios.Count > 0 ? Math.Exp(ratios.Average(Math.Log)) : 1):F3} median {ratios.Order().ElementAtOrDefault(ratios.Count / 2):F3} over {ratios.Count}, lost {string.Join(" ", lost)}");
            }
        }

        File.WriteAllLines("/tmp/team/scale.txt", log);
    }
}
