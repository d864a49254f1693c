namespace TfLbfgs.RawOps.Generator;

internal static class Program
{
    private static int Main() => 0;
}
