using System.Text.Encodings.Web;

namespace TfLbfgs.Cli.Output;

/// <summary>How JSON is written: paths and names stay readable.</summary>
internal static class JsonText
{
    public static JavaScriptEncoder Encoder => JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
}
