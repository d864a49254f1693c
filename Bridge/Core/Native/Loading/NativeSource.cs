namespace TfLbfgs.Native.Loading;

/// <summary>The steps of the search for libtensorflow, in their order.</summary>
internal enum NativeSource
{
    Option,
    Environment,
    Application,
    PythonCuda,
    Vendored,
    Python,
}

internal static class NativeSourceNames
{
    /// <summary>The step as reports and errors name it.</summary>
    public static string Describe(this NativeSource source) => source switch
    {
        NativeSource.Option => "explicit option",
        NativeSource.Environment => "environment variable TFLBFGS_NATIVE",
        NativeSource.Application => "next to the application",
        NativeSource.PythonCuda => "Python package with CUDA",
        NativeSource.Vendored => "vendored archive",
        _ => "Python package",
    };
}
