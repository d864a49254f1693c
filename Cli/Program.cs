using TfLbfgs.Cli.Commands;
using TfLbfgs.Cli.Output;
using TfLbfgs.Optimization;

namespace TfLbfgs.Cli;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is ["plots"])
        {
            File.WriteAllBytes("/tmp/loss.png", LossPlot.Draw([.. Enumerable.Range(0, 500).Select(i => new LbfgsProgress(i, i, Math.Pow(10, -(8 * (1 - Math.Exp(-i / 150.0)))) * (1 + 0.3 * Math.Sin(i)), 1, 1, 1))]));
            double[,] t = new double[101, 101], p = new double[101, 101];
            for (int i = 0; i < 101; i++)
                for (int j = 0; j < 101; j++)
                {
                    double x = -1 + (j / 50.0), y = -1 + (i / 50.0);
                    t[i, j] = (x * x) + (y * y);
                    p[i, j] = t[i, j] + (1e-4 * Math.Sin(5 * x) * Math.Cos((6 * y) + x));
                }
            File.WriteAllBytes("/tmp/surface.png", SurfacePlot.Draw(p, t));
            return 0;
        }
        return Tool.Run(arguments);
    }
}
